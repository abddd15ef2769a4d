//! Inserts that may be repeated.

mod engine;
pub(crate) mod new_row;

use self::new_row::NewRow;
#[cfg(feature = "async")]
use super::connection::AsyncModelConnection;
use super::connection::ModelConnection;
use super::error::WriteError;
use super::on::ModelOn;
use super::versioned::unversioned::LeavesVersionAlone;
#[cfg(feature = "async")]
use crate::asynchronous::Async;
use crate::driver::{Blocking, now};
use idem_core::Inserted;

/// Inserts a row, unless it is there: its primary key, chosen by whoever asks, says which row it is.
///
/// Ends with [`verify`](InsertOnce::verify), which looks at a row that was there, or with
/// [`unverified`](InsertOnce::unverified). One statement where it wasn't there, and one more to read
/// it where it was; MySQL and MariaDB need that second one to read a new row back too.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use idem_diesel::{Inserted, WriteError, insert_once};
///
/// diesel::table! { orders { id -> Text, cents -> Integer, note -> Text, } }
///
/// #[derive(Identifiable, Queryable, Selectable)]
/// struct Order { id: String, cents: i32, note: String }
///
/// #[derive(Insertable, Identifiable)]
/// #[diesel(table_name = orders)]
/// struct NewOrder<'a> { id: &'a str, cents: i32 }
///
/// let conn = &mut SqliteConnection::establish(":memory:")?;
/// diesel::sql_query("CREATE TABLE orders (id TEXT PRIMARY KEY, cents INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '')").execute(conn)?;
///
/// let new = NewOrder { id: "4b7a", cents: 1999 };
/// let same = |stored: &Order| stored.cents == 1999;
/// assert!(insert_once(conn, &new).verify(same)?.is_created());
/// assert!(!insert_once(conn, &new).verify(same)?.is_created()); // it is the stored row
///
/// let other = NewOrder { id: "4b7a", cents: 5 };
/// let refused = insert_once(conn, &other).verify(|stored: &Order| stored.cents == 5);
/// assert!(matches!(refused, Err(WriteError::PayloadMismatch { stored }) if stored.cents == 1999));
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
///
/// A row is found as the database compares keys: where `Ab3` and `aB3` are one to it, as by MySQL's default
/// collation, make the column `_bin`, or compare the id too. On PostgreSQL, deferrable unique
/// constraints can't be used beside `ON CONFLICT`, which is the database's error.
///
/// Another unique key that is taken is the database's error, never [`Inserted::Existing`]. An open
/// transaction stays usable whichever key is taken, also on PostgreSQL. A row that was soft-deleted since
/// is there, and says so itself. Where the model derives [`Versioned`](crate::Versioned), the new row
/// leaves the version to the column's default.
#[must_use = "nothing is inserted before `verify` or `unverified`"]
pub const fn insert_once<C, N>(conn: &mut C, row: N) -> InsertOnce<'_, C, N> {
    InsertOnce { conn, row }
}

/// An insert that may be repeated: [`insert_once`].
#[must_use = "nothing is inserted before `verify` or `unverified`"]
pub struct InsertOnce<'c, C, N> {
    conn: &'c mut C,
    row: N,
}

impl<C, N> InsertOnce<'_, C, N> {
    /// Inserts the row. If one with its primary key is there, the function says whether it is the same:
    /// compare what the request chose, not what may change later.
    ///
    /// # Errors
    /// [`PayloadMismatch`](WriteError::PayloadMismatch), [`Rejected`](WriteError::Rejected) if a trigger
    /// kept it out, on MySQL [`DeletedSince`](WriteError::DeletedSince), and the database's.
    pub fn verify<M, LeaveTheVersionColumnOut>(
        self,
        is_same: impl FnOnce(&M) -> bool,
    ) -> Result<Inserted<M>, WriteError<M>>
    where
        C: ModelConnection,
        M: ModelOn<C::Backend>,
        N: NewRow<M, C::Backend, Values: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        let driver = &mut Blocking::new(self.conn);
        now(engine::insert_once(driver, self.row, is_same))
    }

    /// [`verify`](Self::verify) that takes whatever is there for the same.
    ///
    /// # Errors
    /// As there, without `PayloadMismatch`.
    pub fn unverified<M, LeaveTheVersionColumnOut>(self) -> Result<Inserted<M>, WriteError<M>>
    where
        C: ModelConnection,
        M: ModelOn<C::Backend>,
        N: NewRow<M, C::Backend, Values: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        self.verify(|_| true)
    }

    /// [`verify`](Self::verify) on an async connection.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "async")]
    pub async fn verify_async<M, LeaveTheVersionColumnOut>(
        self,
        is_same: impl FnOnce(&M) -> bool,
    ) -> Result<Inserted<M>, WriteError<M>>
    where
        C: AsyncModelConnection,
        M: ModelOn<C::Backend>,
        N: NewRow<M, C::Backend, Values: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        let mut driver = Async::outside(self.conn);
        let answer = engine::insert_once(&mut driver, self.row, is_same).await;
        driver.done(answer)
    }

    /// [`unverified`](Self::unverified) on an async connection.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "async")]
    pub async fn unverified_async<M, LeaveTheVersionColumnOut>(
        self,
    ) -> Result<Inserted<M>, WriteError<M>>
    where
        C: AsyncModelConnection,
        M: ModelOn<C::Backend>,
        N: NewRow<M, C::Backend, Values: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        self.verify_async(|_| true).await
    }
}

/// Inserts each of these rows, unless it is there. See [`insert_once`].
///
/// All in one transaction, or in a savepoint of an open one, in order. Each row has an answer of its
/// own, in its place: the second of two with one primary key is [`Inserted::Existing`], and one whose
/// content differs, or that another unique key refuses, fails alone. Any other error fails them all.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use diesel::prelude::*;
/// # use idem_diesel::{Inserted, insert_all_once};
/// # diesel::table! { orders { id -> Integer, cents -> Integer, } }
/// # #[derive(Debug, Identifiable, Queryable, Selectable, Insertable)]
/// # struct Order { id: i32, cents: i32 }
/// # let conn = &mut SqliteConnection::establish(":memory:")?;
/// # diesel::sql_query("CREATE TABLE orders (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL)").execute(conn)?;
/// let orders = [Order { id: 1, cents: 100 }, Order { id: 2, cents: 200 }];
/// let answers = insert_all_once(conn, &orders).verify(|new, stored: &Order| new.cents == stored.cents)?;
/// assert!(answers.iter().all(|answer| matches!(answer, Ok(Inserted::Created(_)))));
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
#[must_use = "nothing is inserted before `verify`"]
pub const fn insert_all_once<'c, 'n, C, N>(
    conn: &'c mut C,
    rows: &'n [N],
) -> InsertAllOnce<'c, 'n, C, N> {
    InsertAllOnce { conn, rows }
}

/// Inserts that may be repeated: [`insert_all_once`].
#[must_use = "nothing is inserted before `verify`"]
pub struct InsertAllOnce<'c, 'n, C, N> {
    conn: &'c mut C,
    rows: &'n [N],
}

/// What each row's insert came to.
pub type Answers<M> = Vec<Result<Inserted<M>, WriteError<M>>>;

impl<'n, C, N> InsertAllOnce<'_, 'n, C, N> {
    /// Inserts the rows. If one with a new row's primary key is there, the function says whether it is
    /// the same.
    ///
    /// # Errors
    /// Where the database failed in a way that ends the transaction: then no row is inserted.
    pub fn verify<M, LeaveTheVersionColumnOut>(
        self,
        is_same: impl FnMut(&N, &M) -> bool,
    ) -> Result<Answers<M>, WriteError<M>>
    where
        C: ModelConnection,
        M: ModelOn<C::Backend>,
        &'n N: NewRow<M, C::Backend, Values: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        let driver = &mut Blocking::new(self.conn);
        now(engine::insert_all_once::<M, _, N>(
            driver, self.rows, is_same,
        ))
    }

    /// [`verify`](Self::verify) on an async connection.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "async")]
    pub async fn verify_async<M, LeaveTheVersionColumnOut>(
        self,
        is_same: impl FnMut(&N, &M) -> bool,
    ) -> Result<Answers<M>, WriteError<M>>
    where
        C: AsyncModelConnection,
        M: ModelOn<C::Backend>,
        &'n N: NewRow<M, C::Backend, Values: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        let mut driver = Async::new(self.conn);
        let answer = engine::insert_all_once::<M, _, N>(&mut driver, self.rows, is_same).await;
        driver.done(answer)
    }
}
