//! What the protocol asks of a connection, sync and async.

use crate::dialect::Dialect;
use crate::statement::{CountsRow, CountsSql, RecordRow, RecordSql, Statement, TimesRow, TimesSql};
use diesel::QueryResult;
use diesel::connection::{
    Connection, LoadConnection, TransactionManager, TransactionManagerStatus,
};

/// A Diesel connection that idem can use: `PgConnection`, `MysqlConnection`, `SqliteConnection`,
/// and whatever pool hands them out. [`multi_connection!`](crate::multi_connection) implements it
/// for an enum with `#[derive(MultiConnection)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sync Diesel connection that idem knows",
    label = "not a sync connection of PostgreSQL, MySQL or SQLite",
    note = "idem-diesel's features `postgres`, `mysql` and `sqlite` each bring in a database",
    note = "an enum with `#[derive(MultiConnection)]` is made known by `idem_diesel::multi_connection!`",
    note = "a type parameter takes Diesel's bound: `C: LoadConnection<Backend = Pg>`",
    note = "an async connection belongs in an `async fn`"
)]
pub trait IdempotentConnection {
    #[doc(hidden)]
    fn dialect(&mut self) -> &'static dyn Dialect;
    #[doc(hidden)]
    fn batch(&mut self, sql: &str) -> QueryResult<()>;
    #[doc(hidden)]
    fn run(&mut self, statement: &Statement<'_>) -> QueryResult<usize>;
    #[doc(hidden)]
    fn record(&mut self, statement: &Statement<'_, RecordSql>) -> QueryResult<Vec<RecordRow>>;
    #[doc(hidden)]
    fn times(&mut self, statement: &Statement<'_, TimesSql>) -> QueryResult<Vec<TimesRow>>;
    #[doc(hidden)]
    fn counts(&mut self, statement: &Statement<'_, CountsSql>) -> QueryResult<Vec<CountsRow>>;
    #[doc(hidden)]
    fn status(&mut self) -> &mut TransactionManagerStatus;
    #[doc(hidden)]
    fn begin(&mut self) -> QueryResult<()>;
    #[doc(hidden)]
    fn commit(&mut self) -> QueryResult<()>;
}

#[diagnostic::do_not_recommend]
impl<C> IdempotentConnection for C
where
    C: LoadConnection,
    C::Backend: Database,
{
    fn dialect(&mut self) -> &'static dyn Dialect {
        <C::Backend as Database>::DIALECT
    }
    fn batch(&mut self, sql: &str) -> QueryResult<()> {
        self.batch_execute(sql)
    }
    fn run(&mut self, statement: &Statement<'_>) -> QueryResult<usize> {
        <C::Backend as Database>::run(self, statement)
    }
    fn record(&mut self, statement: &Statement<'_, RecordSql>) -> QueryResult<Vec<RecordRow>> {
        <C::Backend as Database>::record(self, statement)
    }
    fn times(&mut self, statement: &Statement<'_, TimesSql>) -> QueryResult<Vec<TimesRow>> {
        <C::Backend as Database>::times(self, statement)
    }
    fn counts(&mut self, statement: &Statement<'_, CountsSql>) -> QueryResult<Vec<CountsRow>> {
        <C::Backend as Database>::counts(self, statement)
    }
    fn status(&mut self) -> &mut TransactionManagerStatus {
        C::TransactionManager::transaction_manager_status_mut(self)
    }
    fn begin(&mut self) -> QueryResult<()> {
        C::TransactionManager::begin_transaction(self)
    }
    fn commit(&mut self) -> QueryResult<()> {
        C::TransactionManager::commit_transaction(self)
    }
}

/// A backend that records can be kept in. Its functions are the same text for each; they stand
/// here because only a concrete backend knows how to read its rows.
pub trait Database: diesel::backend::Backend + Default {
    #[doc(hidden)]
    const DIALECT: &'static dyn Dialect;
    #[doc(hidden)]
    fn run<C>(conn: &mut C, statement: &Statement<'_>) -> QueryResult<usize>
    where
        C: Connection<Backend = Self>;
    #[doc(hidden)]
    fn record<C>(conn: &mut C, statement: &Statement<'_, RecordSql>) -> QueryResult<Vec<RecordRow>>
    where
        C: LoadConnection<Backend = Self>;
    #[doc(hidden)]
    fn times<C>(conn: &mut C, statement: &Statement<'_, TimesSql>) -> QueryResult<Vec<TimesRow>>
    where
        C: LoadConnection<Backend = Self>;
    #[doc(hidden)]
    fn counts<C>(conn: &mut C, statement: &Statement<'_, CountsSql>) -> QueryResult<Vec<CountsRow>>
    where
        C: LoadConnection<Backend = Self>;
    #[cfg(feature = "async")]
    #[doc(hidden)]
    fn run_async<C>(
        conn: &mut C,
        statement: &Statement<'_>,
    ) -> impl Future<Output = QueryResult<usize>> + Send
    where
        C: diesel_async::AsyncConnection<Backend = Self>;
    #[cfg(feature = "async")]
    #[doc(hidden)]
    fn record_async<C>(
        conn: &mut C,
        statement: &Statement<'_, RecordSql>,
    ) -> impl Future<Output = QueryResult<Vec<RecordRow>>> + Send
    where
        C: diesel_async::AsyncConnection<Backend = Self>;
    #[cfg(feature = "async")]
    #[doc(hidden)]
    fn times_async<C>(
        conn: &mut C,
        statement: &Statement<'_, TimesSql>,
    ) -> impl Future<Output = QueryResult<Vec<TimesRow>>> + Send
    where
        C: diesel_async::AsyncConnection<Backend = Self>;
    #[cfg(feature = "async")]
    #[doc(hidden)]
    fn counts_async<C>(
        conn: &mut C,
        statement: &Statement<'_, CountsSql>,
    ) -> impl Future<Output = QueryResult<Vec<CountsRow>>> + Send
    where
        C: diesel_async::AsyncConnection<Backend = Self>;
}

#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    expect(unused_macros, reason = "no database is on")
)]
macro_rules! database {
    ($backend:ty, $dialect:expr) => {
        impl Database for $backend {
            const DIALECT: &'static dyn Dialect = &$dialect;

            fn run<C>(conn: &mut C, statement: &Statement<'_>) -> QueryResult<usize>
            where
                C: Connection<Backend = Self>,
            {
                conn.execute_returning_count(statement)
            }
            fn record<C>(
                conn: &mut C,
                statement: &Statement<'_, RecordSql>,
            ) -> QueryResult<Vec<RecordRow>>
            where
                C: LoadConnection<Backend = Self>,
            {
                diesel::RunQueryDsl::load(statement, conn)
            }
            fn times<C>(
                conn: &mut C,
                statement: &Statement<'_, TimesSql>,
            ) -> QueryResult<Vec<TimesRow>>
            where
                C: LoadConnection<Backend = Self>,
            {
                diesel::RunQueryDsl::load(statement, conn)
            }
            fn counts<C>(
                conn: &mut C,
                statement: &Statement<'_, CountsSql>,
            ) -> QueryResult<Vec<CountsRow>>
            where
                C: LoadConnection<Backend = Self>,
            {
                diesel::RunQueryDsl::load(statement, conn)
            }
            #[cfg(feature = "async")]
            async fn run_async<C>(conn: &mut C, statement: &Statement<'_>) -> QueryResult<usize>
            where
                C: diesel_async::AsyncConnection<Backend = Self>,
            {
                diesel_async::RunQueryDsl::execute(statement, conn).await
            }
            #[cfg(feature = "async")]
            async fn record_async<C>(
                conn: &mut C,
                statement: &Statement<'_, RecordSql>,
            ) -> QueryResult<Vec<RecordRow>>
            where
                C: diesel_async::AsyncConnection<Backend = Self>,
            {
                diesel_async::RunQueryDsl::load(statement, conn).await
            }
            #[cfg(feature = "async")]
            async fn times_async<C>(
                conn: &mut C,
                statement: &Statement<'_, TimesSql>,
            ) -> QueryResult<Vec<TimesRow>>
            where
                C: diesel_async::AsyncConnection<Backend = Self>,
            {
                diesel_async::RunQueryDsl::load(statement, conn).await
            }
            #[cfg(feature = "async")]
            async fn counts_async<C>(
                conn: &mut C,
                statement: &Statement<'_, CountsSql>,
            ) -> QueryResult<Vec<CountsRow>>
            where
                C: diesel_async::AsyncConnection<Backend = Self>,
            {
                diesel_async::RunQueryDsl::load(statement, conn).await
            }
        }
    };
}

#[cfg(feature = "postgres")]
database!(diesel::pg::Pg, crate::postgres::Postgres);
#[cfg(feature = "mysql")]
database!(diesel::mysql::Mysql, crate::mysql::Mysql);
#[cfg(feature = "sqlite")]
database!(diesel::sqlite::Sqlite, crate::sqlite::Sqlite);
