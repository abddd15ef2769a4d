//! Trying a write again from the row as it is.

#[cfg(feature = "async")]
use crate::asynchronous::Async;
use crate::dialect::Meaning;
use crate::driver::{Blocking, Driver, now};
#[cfg(feature = "async")]
use crate::models::connection::AsyncModelConnection;
use crate::models::connection::{ModelConnection, Rows};
use crate::models::error::WriteError;
use crate::models::on::{Finds, ModelOn};
use crate::models::row::read;
use crate::models::sql::fragment::Fragment;
use crate::transaction;
use diesel::result::Error as DieselError;
use idem_core::RetryPolicy;
use std::time::Duration;

/// An error in which a conflict can be seen. [`WriteError`] is one; for an error of your own, say which
/// of its variants holds one:
///
/// ```
/// # use idem_diesel::{Conflicting, WriteError};
/// # struct Product;
/// enum PriceError {
///     Negative,
///     Write(WriteError<Product>),
/// }
///
/// impl Conflicting for PriceError {
///     fn is_conflict(&self) -> bool {
///         matches!(self, Self::Write(error) if error.is_conflict())
///     }
///     fn is_retryable(&self) -> bool {
///         matches!(self, Self::Write(WriteError::Retryable(_)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`retry_on_conflict` can't see a conflict in `{Self}`",
    label = "is this error a conflict?",
    note = "return `WriteError<M>`, or implement `Conflicting` for `{Self}`"
)]
pub trait Conflicting {
    /// Whether the row had changed since it was read.
    fn is_conflict(&self) -> bool;

    /// Whether the database gave up for now: tried again too, outside of a transaction.
    fn is_retryable(&self) -> bool {
        false
    }

    /// The database's error, if it is one that nobody has looked into.
    #[doc(hidden)]
    fn database(&self) -> Option<&DieselError> {
        None
    }
}

impl<M> Conflicting for WriteError<M> {
    fn is_conflict(&self) -> bool {
        Self::is_conflict(self)
    }
    fn is_retryable(&self) -> bool {
        matches!(self, Self::Retryable(_))
    }
    fn database(&self) -> Option<&DieselError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

/// Reads the row with this primary key and calls a function with it, again from a fresh reading after
/// each conflict, until it succeeds, or fails otherwise, or the policy's attempts are over: then with
/// the last conflict. The function also gets the number of the attempt, from 1.
///
/// For changes that are made from what the row says, as "one fewer": whoever has a person's changes in
/// hand shows them the conflict instead. Everything the function does is done once per attempt: have it
/// open a transaction for what belongs together. Inside an open transaction nothing is tried again after
/// a deadlock or a serialization failure, as that has ended it: above READ COMMITTED on PostgreSQL, that
/// is what an update of a row comes to that somebody has written since the transaction began.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use diesel::prelude::*;
/// # use idem_diesel::{RetryPolicy, Versioned, WriteError, retry_on_conflict};
/// # diesel::table! { stock { id -> Integer, pieces -> Integer, lock_version -> Integer, } }
/// # #[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
/// # #[diesel(table_name = stock)]
/// # struct Stock { id: i32, pieces: i32, lock_version: i32 }
/// # let conn = &mut SqliteConnection::establish(":memory:")?;
/// # diesel::sql_query("CREATE TABLE stock (id INTEGER PRIMARY KEY, pieces INTEGER NOT NULL, \
/// #                    lock_version INTEGER NOT NULL DEFAULT 0)").execute(conn)?;
/// # diesel::insert_into(stock::table).values(stock::pieces.eq(3)).execute(conn)?;
/// let left = retry_on_conflict(conn, RetryPolicy::attempts(5), 1, |conn, fresh: Stock, _attempt| {
///     let updated = fresh.update_versioned(conn, stock::pieces.eq(fresh.pieces - 1))?;
///     Ok::<_, WriteError<Stock>>(updated.into_inner().pieces)
/// })?;
/// assert_eq!(left, 2);
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
///
/// # Errors
/// The function's, and [`WriteError::NotFound`] where there is no such row.
pub fn retry_on_conflict<M, C, Id, T, E>(
    conn: &mut C,
    policy: RetryPolicy,
    id: Id,
    mut job: impl FnMut(&mut C, M, u32) -> Result<T, E>,
) -> Result<T, E>
where
    C: ModelConnection,
    M: ModelOn<C::Backend>,
    Id: Finds<M, C::Backend>,
    E: Conflicting + From<WriteError<M>>,
{
    let place = id.idem_find();
    let mut retries = Retries::new(policy);
    loop {
        let driver = &mut Blocking::new(conn);
        let row = now(fresh(driver, &place));
        let attempt = retries.attempt;
        let answer = row.and_then(|row| job(driver.conn(), row, attempt));
        if let Some(answer) = now(retries.again(driver, answer)) {
            return answer;
        }
    }
}

/// [`retry_on_conflict`] on an async connection.
///
/// # Errors
/// As there.
#[cfg(feature = "async")]
pub async fn retry_on_conflict_async<M, C, Id, T, E>(
    conn: &mut C,
    policy: RetryPolicy,
    id: Id,
    mut job: impl AsyncFnMut(&mut C, M, u32) -> Result<T, E>,
) -> Result<T, E>
where
    C: AsyncModelConnection,
    M: ModelOn<C::Backend>,
    Id: Finds<M, C::Backend>,
    E: Conflicting + From<WriteError<M>>,
{
    let place = id.idem_find();
    let mut retries = Retries::new(policy);
    loop {
        let mut driver = Async::outside(&mut *conn);
        let row = fresh(&mut driver, &place).await;
        let attempt = retries.attempt;
        let answer = match driver.done(row) {
            Ok(row) => job(conn, row, attempt).await,
            Err(error) => Err(error),
        };
        if let Some(answer) = retries.again(&mut Async::new(conn), answer).await {
            return answer;
        }
    }
}

/// The row as it is.
async fn fresh<M, D, W, E>(driver: &mut D, place: &W) -> Result<M, E>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
    E: From<WriteError<M>>,
{
    let inside = transaction::depth(driver).map_err(WriteError::Database)? > 0;
    let suffix = match inside {
        true => driver.dialect().models().to_write,
        false => "",
    };
    let row = read(driver, place, suffix).await?;
    row.ok_or_else(|| WriteError::NotFound.into())
}

/// The attempts that are left.
struct Retries {
    attempt: u32,
    delays: Box<dyn Iterator<Item = Duration> + Send + Sync>,
}

impl Retries {
    fn new(policy: RetryPolicy) -> Self {
        Self {
            attempt: 1,
            delays: Box::new(policy.delays()),
        }
    }

    /// Waits for the next attempt, or gives the answer back that is the last.
    async fn again<D: Driver, T, E: Conflicting>(
        &mut self,
        driver: &mut D,
        answer: Result<T, E>,
    ) -> Option<Result<T, E>> {
        let Err(error) = answer else {
            return Some(answer);
        };
        let worth_it = error.is_conflict() || {
            let unseen = error.database().map(|error| is_passing(driver, error));
            let alone = transaction::depth(driver).is_ok_and(|depth| depth == 0);
            alone && (error.is_retryable() || unseen == Some(true))
        };
        if !worth_it {
            return Some(Err(error));
        }
        let Some(delay) = self.delays.next() else {
            return Some(Err(error));
        };
        driver.sleep(delay).await;
        self.attempt += 1;
        None
    }
}

fn is_passing<D: Driver>(driver: &mut D, error: &DieselError) -> bool {
    let meaning = driver.dialect().meaning(error);
    matches!(meaning, Meaning::Transient | Meaning::Blocked)
}
