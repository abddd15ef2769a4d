//! Optimistic locking: a row is written only by who has seen its latest version.

pub(crate) mod column;
pub(crate) mod engine;
pub(crate) mod retry;
pub(crate) mod unversioned;

use self::column::{VersionColumn, VersionedOn};
use self::unversioned::LeavesVersionAlone;
#[cfg(feature = "async")]
use super::connection::AsyncModelConnection;
use super::connection::ModelConnection;
use super::error::WriteError;
use super::facts::Facts;
use super::on::{Changes, Finds, Target};
#[cfg(feature = "async")]
use crate::asynchronous::Async;
use crate::driver::{Blocking, now};
use diesel::associations::HasTable;
use diesel::expression::TypedExpressionType;
use diesel::sql_types::SqlType;
use idem_core::{ETag, Expected, HasVersion, Updated};

/// A model whose rows carry a version, which each write through these methods raises and compares:
/// of two who have read the same state, one writes and the other gets [`WriteError::Conflict`], with
/// the row as it is now.
///
/// `#[derive(Versioned)]` implements it. Every method has a twin that ends in `_async` for async
/// connections, whose futures are `Send` where model and connection are named, and not in code that is
/// generic over them. Inside of transactions and `#[idempotent]` functions they are part of those; outside,
/// each is a transaction of its own. The comparison is in the `WHERE` of the statement that writes,
/// so no isolation level makes it unsafe.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use idem_diesel::{Versioned, WriteError};
///
/// diesel::table! { products { id -> Integer, price -> Integer, lock_version -> Integer, } }
///
/// #[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
/// struct Product { id: i32, price: i32, lock_version: i32 }
///
/// let conn = &mut SqliteConnection::establish(":memory:")?;
/// diesel::sql_query("CREATE TABLE products (id INTEGER PRIMARY KEY, price INTEGER NOT NULL, \
///                    lock_version INTEGER NOT NULL DEFAULT 0)").execute(conn)?;
/// diesel::insert_into(products::table).values(products::price.eq(100)).execute(conn)?;
///
/// let mine: Product = products::table.select(Product::as_select()).first(conn)?;
/// let yours = mine.clone();
/// let mine = mine.update_versioned(conn, products::price.eq(110))?.into_inner();
/// assert_eq!((mine.price, mine.lock_version), (110, 1));
///
/// let lost = yours.update_versioned(conn, products::price.eq(90));
/// assert!(matches!(lost, Err(WriteError::Conflict { current, .. }) if current.price == 110));
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
///
/// # The version column
/// `NOT NULL`, with a default for the first version, whichever that is. Changes and insertables leave
/// it alone: those that set it are a compile error, which can't infer `LeaveTheVersionColumnOut`. Whoever writes the table without these methods raises it too, as
/// `SET lock_version = lock_version + 1`, or isn't noticed by those who use them.
///
/// | strategy | field | column |
/// |---|---|---|
/// | `increment`, unless another is given | `i16`, `i32`, `i64` | SmallInt, Integer, BigInt |
/// | `uuid` | `Uuid`; `String`; `Vec<u8>` | Uuid; Text; Binary |
/// | `timestamp` | what Diesel reads from it | Timestamp, Timestamptz, Datetime, TimestamptzSqlite; with 6 digits of a second, which is looked up once in a process ([`WriteError::CoarseVersion`]) |
///
/// # Errors
/// What each method fails with beside [`WriteError::Retryable`] and [`WriteError::Database`]:
/// [`NotFound`](WriteError::NotFound), [`Deleted`](WriteError::Deleted) where the model also derives
/// [`SoftDelete`](crate::SoftDelete), [`Conflict`](WriteError::Conflict),
/// [`Rejected`](WriteError::Rejected), [`VersionExhausted`](WriteError::VersionExhausted),
/// [`CoarseVersion`](WriteError::CoarseVersion), and on MySQL
/// [`DeletedSince`](WriteError::DeletedSince). The copy that a method is called on never changes.
///
/// The pattern is [Fowler's Optimistic Offline Lock](https://martinfowler.com/eaaCatalog/optimisticOfflineLock.html).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no version",
    label = "not a versioned model",
    note = "add `#[derive(idem_diesel::Versioned)]` to it"
)]
pub trait Versioned: HasVersion + HasTable + Sized + 'static {
    #[doc(hidden)]
    type VersionColumn: diesel::Column<Table = Self::Table, SqlType = Self::VersionSql>;
    #[doc(hidden)]
    type VersionSql: SqlType + TypedExpressionType;
    #[doc(hidden)]
    const VERSION: VersionColumn;
    #[doc(hidden)]
    fn table_names() -> Vec<String>;
    #[doc(hidden)]
    fn facts() -> Facts<Self>;

    /// The strong entity tag of this state of the row
    /// ([RFC 9110, 8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)): its version in
    /// quotes.
    fn etag(&self) -> ETag {
        ETag::of(self)
    }

    /// Writes changes to this copy's row, if nobody has since it was read. Changes that change nothing,
    /// as a changeset whose fields are all `None`, run no SQL: [`Updated::Unchanged`], with a clone.
    ///
    /// One statement, and after a miss one look at the row. MySQL and MariaDB can't return what they
    /// have written: there a second statement reads it back, which outside of a transaction may see
    /// later writes too; [`write_versioned`](Self::write_versioned) does without.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn update_versioned<C, Ch, LeaveTheVersionColumnOut>(
        &self,
        conn: &mut C,
        changes: Ch,
    ) -> Result<Updated<Self>, WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend> + Clone,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::update_copy(
            driver,
            self,
            self.idem_place_of(),
            changes.idem_set(),
        ))
    }

    /// [`update_versioned`](Self::update_versioned), without reading the row back: one statement on
    /// every database.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn write_versioned<C, Ch, LeaveTheVersionColumnOut>(
        &self,
        conn: &mut C,
        changes: Ch,
    ) -> Result<Updated<()>, WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::write_copy(
            driver,
            self,
            self.idem_place_of(),
            changes.idem_set(),
        ))
    }

    /// Writes changes to the row with this primary key, if it has the version that is expected: for an
    /// `If-Match`. [`Expected::Any`] overwrites whatever is there and isn't soft-deleted, and raises the version.
    ///
    /// A conflict's [`status`](WriteError::status) is 412. Changes that change nothing are answered
    /// after a look at the row.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn update_expecting<C, Id, Ch, LeaveTheVersionColumnOut>(
        conn: &mut C,
        id: Id,
        expected: Expected<Self::Version>,
        changes: Ch,
    ) -> Result<Updated<Self>, WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
        Id: Finds<Self, C::Backend>,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::update_expecting(
            driver,
            Finds::idem_find(id),
            expected,
            changes.idem_set(),
        ))
    }

    /// Writes changes to all rows of a target, a table or a query with nothing but a filter, whatever
    /// their versions, and raises each one's. Returns how many. One statement. Soft-deleted rows too: start
    /// from [`kept`](crate::SoftDelete::kept) to leave them out.
    ///
    /// Where a row has the largest version there can be, no row is written, and the database's error
    /// says so in its own words.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn update_all<C, T, Ch, LeaveTheVersionColumnOut>(
        conn: &mut C,
        target: T,
        changes: Ch,
    ) -> Result<usize, WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
        T: Target<Self, C::Backend>,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::update_all(
            driver,
            target.idem_rows(),
            changes.idem_set(),
        ))
    }

    /// Deletes this copy's row for good, if nobody has written it since it was read. A second time it is
    /// [`NotFound`](WriteError::NotFound). A soft-deleted row is [`Deleted`](WriteError::Deleted), and
    /// stays. One statement.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn delete_versioned<C>(&self, conn: &mut C) -> Result<(), WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::delete_copy(driver, self, self.idem_place_of()))
    }

    /// Deletes the row with this primary key for good, if it has the version that is expected: for a
    /// `DELETE` with `If-Match`. [`Expected::Any`] deletes whatever is there. A soft-deleted row is
    /// [`Deleted`](WriteError::Deleted), and stays. One statement.
    ///
    /// A conflict's [`status`](WriteError::status) is 412. A second time it is
    /// [`NotFound`](WriteError::NotFound).
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn delete_expecting<C, Id>(
        conn: &mut C,
        id: Id,
        expected: Expected<Self::Version>,
    ) -> Result<(), WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
        Id: Finds<Self, C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::delete_expecting(driver, id.idem_find(), expected))
    }

    /// Raises the version of this copy's row and changes nothing else, if nobody has written it since it
    /// was read: for a row that stands for more than itself, as an order does for its lines.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn force_increment<C>(&self, conn: &mut C) -> Result<Self, WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::increment_copy(driver, self, self.idem_place_of()))
    }

    /// [`update_versioned`](Self::update_versioned) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn update_versioned_async<C, Ch, LeaveTheVersionColumnOut>(
        &self,
        conn: &mut C,
        changes: Ch,
    ) -> impl Future<Output = Result<Updated<Self>, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend> + Clone,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer =
                engine::update_copy(&mut driver, self, self.idem_place_of(), changes.idem_set())
                    .await;
            driver.done(answer)
        }
    }

    /// [`write_versioned`](Self::write_versioned) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn write_versioned_async<C, Ch, LeaveTheVersionColumnOut>(
        &self,
        conn: &mut C,
        changes: Ch,
    ) -> impl Future<Output = Result<Updated<()>, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer =
                engine::write_copy(&mut driver, self, self.idem_place_of(), changes.idem_set())
                    .await;
            driver.done(answer)
        }
    }

    /// [`update_expecting`](Self::update_expecting) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn update_expecting_async<C, Id, Ch, LeaveTheVersionColumnOut>(
        conn: &mut C,
        id: Id,
        expected: Expected<Self::Version>,
        changes: Ch,
    ) -> impl Future<Output = Result<Updated<Self>, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
        Id: Finds<Self, C::Backend>,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::update_expecting(
                &mut driver,
                Finds::idem_find(id),
                expected,
                changes.idem_set(),
            )
            .await;
            driver.done(answer)
        }
    }

    /// [`update_all`](Self::update_all) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn update_all_async<C, T, Ch, LeaveTheVersionColumnOut>(
        conn: &mut C,
        target: T,
        changes: Ch,
    ) -> impl Future<Output = Result<usize, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
        T: Target<Self, C::Backend>,
        Ch: Changes<Self, C::Backend, Set: LeavesVersionAlone<Self, LeaveTheVersionColumnOut>>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer =
                engine::update_all(&mut driver, target.idem_rows(), changes.idem_set()).await;
            driver.done(answer)
        }
    }

    /// [`delete_versioned`](Self::delete_versioned) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn delete_versioned_async<C>(
        &self,
        conn: &mut C,
    ) -> impl Future<Output = Result<(), WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::delete_copy(&mut driver, self, self.idem_place_of()).await;
            driver.done(answer)
        }
    }

    /// [`delete_expecting`](Self::delete_expecting) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn delete_expecting_async<C, Id>(
        conn: &mut C,
        id: Id,
        expected: Expected<Self::Version>,
    ) -> impl Future<Output = Result<(), WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
        Id: Finds<Self, C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::delete_expecting(&mut driver, id.idem_find(), expected).await;
            driver.done(answer)
        }
    }

    /// [`force_increment`](Self::force_increment) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn force_increment_async<C>(
        &self,
        conn: &mut C,
    ) -> impl Future<Output = Result<Self, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::increment_copy(&mut driver, self, self.idem_place_of()).await;
            driver.done(answer)
        }
    }
}
