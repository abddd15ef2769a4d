//! The same for async connections: `AsyncPgConnection`, `AsyncMysqlConnection`,
//! `SyncConnectionWrapper<SqliteConnection>`, and the pools that hand them out.
//!
//! They run on Tokio, with its timer enabled (`enable_all`), as waits between tries need it.
//! Dropping a query of a `SyncConnectionWrapper` on a *current-thread* runtime panics in
//! diesel-async; where futures may be dropped, use a multi-thread one.

use crate::body::apart;
use crate::connection::Database;
use crate::dialect::{Dialect, Meaning};
use crate::driver::Driver;
use crate::statement::{
    Bind, CountsRow, CountsSql, RecordRow, RecordSql, Statement, TimesRow, TimesSql,
};
use crate::{Error, admin};
use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::{AsyncConnection, TransactionManager};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// A diesel-async connection that idem can use.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async Diesel connection that idem knows",
    label = "not an async connection of PostgreSQL, MySQL or SQLite",
    note = "idem-diesel's features `postgres`, `mysql` and `sqlite` each bring in a database",
    note = "a type parameter takes diesel-async's bound: `C: AsyncConnection<Backend = Pg>`",
    note = "a sync connection belongs in a `fn` that isn't `async`"
)]
pub trait AsyncIdempotentConnection: Send {
    #[doc(hidden)]
    fn dialect(&mut self) -> &'static dyn Dialect;
    #[doc(hidden)]
    fn batch(&mut self, sql: &str) -> impl Future<Output = QueryResult<()>> + Send;
    #[doc(hidden)]
    fn run(&mut self, statement: &Statement<'_>)
    -> impl Future<Output = QueryResult<usize>> + Send;
    #[doc(hidden)]
    fn record(
        &mut self,
        statement: &Statement<'_, RecordSql>,
    ) -> impl Future<Output = QueryResult<Vec<RecordRow>>> + Send;
    #[doc(hidden)]
    fn times(
        &mut self,
        statement: &Statement<'_, TimesSql>,
    ) -> impl Future<Output = QueryResult<Vec<TimesRow>>> + Send;
    #[doc(hidden)]
    fn counts(
        &mut self,
        statement: &Statement<'_, CountsSql>,
    ) -> impl Future<Output = QueryResult<Vec<CountsRow>>> + Send;
    #[doc(hidden)]
    fn status(&mut self) -> &mut TransactionManagerStatus;
    #[doc(hidden)]
    fn begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    #[doc(hidden)]
    fn commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
}

#[diagnostic::do_not_recommend]
impl<C> AsyncIdempotentConnection for C
where
    C: AsyncConnection,
    C::Backend: Database,
{
    fn dialect(&mut self) -> &'static dyn Dialect {
        <C::Backend as Database>::DIALECT
    }
    async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        self.batch_execute(sql).await
    }
    fn run(
        &mut self,
        statement: &Statement<'_>,
    ) -> impl Future<Output = QueryResult<usize>> + Send {
        <C::Backend as Database>::run_async(self, statement)
    }
    fn record(
        &mut self,
        statement: &Statement<'_, RecordSql>,
    ) -> impl Future<Output = QueryResult<Vec<RecordRow>>> + Send {
        <C::Backend as Database>::record_async(self, statement)
    }
    fn times(
        &mut self,
        statement: &Statement<'_, TimesSql>,
    ) -> impl Future<Output = QueryResult<Vec<TimesRow>>> + Send {
        <C::Backend as Database>::times_async(self, statement)
    }
    fn counts(
        &mut self,
        statement: &Statement<'_, CountsSql>,
    ) -> impl Future<Output = QueryResult<Vec<CountsRow>>> + Send {
        <C::Backend as Database>::counts_async(self, statement)
    }
    fn status(&mut self) -> &mut TransactionManagerStatus {
        C::TransactionManager::transaction_manager_status_mut(self)
    }
    fn begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        C::TransactionManager::begin_transaction(self)
    }
    fn commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        C::TransactionManager::commit_transaction(self)
    }
}

/// An async connection under the protocol.
pub(crate) struct Async<'c, C: AsyncIdempotentConnection> {
    conn: &'c mut C,
    armed: bool,
}

impl<'c, C: AsyncIdempotentConnection> Async<'c, C> {
    pub(crate) fn new(conn: &'c mut C) -> Self {
        Self { conn, armed: false }
    }

    /// For what is done outside of calls: if it is dropped half way where that leaves the connection
    /// out of step, the connection is marked as broken.
    pub(crate) fn outside(conn: &'c mut C) -> Self {
        let armed = conn.dialect().echo().is_some();
        Self { conn, armed }
    }

    /// What has come of that, where it was one write of a row, and the connection isn't asked whether it
    /// is in step.
    pub(crate) fn done<T>(mut self, answer: T) -> T {
        self.disarm();
        answer
    }

    /// What has come of that, unless the connection was out of step.
    pub(crate) async fn settle<T>(mut self, answer: Result<T, Error>) -> Result<T, Error> {
        let in_step = self.is_in_step().await;
        self.disarm();
        match in_step {
            Ok(true) => answer,
            Ok(false) => Err(Error::Database(DieselError::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand,
                Box::new(idem_core::Lost::Unanswered.to_string()),
            ))),
            Err(error) => answer.and(Err(error.into())),
        }
    }
}

impl<C: AsyncIdempotentConnection> Drop for Async<'_, C> {
    fn drop(&mut self) {
        if self.armed {
            self.give_up();
        }
    }
}

impl<C: AsyncIdempotentConnection> Driver for Async<'_, C> {
    type Conn = C;

    fn conn(&mut self) -> &mut C {
        self.conn
    }
    fn dialect(&mut self) -> &'static dyn Dialect {
        self.conn.dialect()
    }
    fn status(&mut self) -> &mut TransactionManagerStatus {
        self.conn.status()
    }
    fn arm(&mut self) {
        self.armed = true;
    }
    fn disarm(&mut self) {
        self.armed = false;
    }
    fn give_up(&mut self) {
        // A `SyncConnectionWrapper` whose query was cut off, by a drop or by a panic, can't be asked
        // before the next one; that panics.
        let _ = catch_unwind(AssertUnwindSafe(|| self.conn.status().set_in_error()));
    }
    async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        apart(self.conn.batch(sql)).await
    }
    async fn run(&mut self, statement: &Statement<'_>) -> QueryResult<usize> {
        apart(self.conn.run(statement)).await
    }
    async fn record(
        &mut self,
        statement: &Statement<'_, RecordSql>,
    ) -> QueryResult<Vec<RecordRow>> {
        apart(self.conn.record(statement)).await
    }
    async fn times(&mut self, statement: &Statement<'_, TimesSql>) -> QueryResult<Vec<TimesRow>> {
        self.conn.times(statement).await
    }
    async fn counts(
        &mut self,
        statement: &Statement<'_, CountsSql>,
    ) -> QueryResult<Vec<CountsRow>> {
        self.conn.counts(statement).await
    }
    async fn begin(&mut self) -> QueryResult<()> {
        apart(self.conn.begin()).await
    }
    async fn commit(&mut self) -> QueryResult<()> {
        apart(self.conn.commit()).await
    }
    async fn sleep(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }
    async fn is_in_step(&mut self) -> QueryResult<bool> {
        let Some(echo) = self.dialect().echo() else {
            return Ok(true);
        };
        let number = uuid::Uuid::new_v4().as_u64_pair().0.cast_signed();
        let echo = Statement::new(echo, vec![Bind::Integer(number)]);
        let in_step = match apart(self.conn.counts(&echo)).await {
            Ok(rows) => Ok(rows.iter().any(|row| row.1 == number)),
            Err(error @ DieselError::DatabaseError(..))
                if self.dialect().meaning(&error) == Meaning::Other =>
            {
                Err(error)
            }
            // The answer to something else: to read a number takes no lock and breaks no rule.
            Err(_) => Ok(false),
        };
        if !matches!(in_step, Ok(true)) {
            self.give_up();
        }
        in_step
    }
}

pub use crate::store::asynchronous::DieselStore;

/// [`setup`](crate::setup) on an async connection.
///
/// # Errors
/// When the database refuses to make the table.
pub async fn setup<C: AsyncIdempotentConnection>(conn: &mut C) -> Result<(), Error> {
    let mut driver = Async::outside(conn);
    let answer = admin::setup(&mut driver).await;
    driver.settle(answer).await
}

/// [`purge_expired`](crate::purge_expired) on an async connection.
///
/// # Errors
/// When the database fails; what was purged before stays purged.
pub async fn purge_expired<C: AsyncIdempotentConnection>(
    conn: &mut C,
    batch: u32,
) -> Result<usize, Error> {
    let mut driver = Async::outside(conn);
    let answer = admin::purge_expired(&mut driver, batch).await;
    driver.settle(answer).await
}

/// [`records`](crate::records) on an async connection.
pub mod records {
    use super::{Async, AsyncIdempotentConnection};
    use crate::records::{OperationStats, StoredRecord};
    use crate::{Error, admin};
    use idem_core::RecordId;

    /// [`records::get`](crate::records::get) on an async connection.
    ///
    /// # Errors
    /// When a name is too long or the database fails.
    pub async fn get<C: AsyncIdempotentConnection>(
        conn: &mut C,
        id: &RecordId<'_>,
    ) -> Result<Option<StoredRecord>, Error> {
        let mut driver = Async::outside(conn);
        let answer = admin::get(&mut driver, id).await;
        driver.settle(answer).await
    }

    /// [`records::forget`](crate::records::forget) on an async connection.
    ///
    /// # Errors
    /// When a name is too long or the database fails.
    pub async fn forget<C: AsyncIdempotentConnection>(
        conn: &mut C,
        id: &RecordId<'_>,
    ) -> Result<bool, Error> {
        let mut driver = Async::outside(conn);
        let answer = admin::forget(&mut driver, id).await;
        driver.settle(answer).await
    }

    /// [`records::stats`](crate::records::stats) on an async connection.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stats<C: AsyncIdempotentConnection>(
        conn: &mut C,
    ) -> Result<Vec<OperationStats>, Error> {
        let mut driver = Async::outside(conn);
        let answer = admin::stats(&mut driver).await;
        driver.settle(answer).await
    }
}
