//! The six kinds of connection, as the injector uses them.

use crate::probe::Probe;
use diesel::connection::TransactionManager as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection, TransactionManager as _};

/// A protocol that the proxy understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// PostgreSQL's.
    Postgres,
    /// MySQL's and MariaDB's.
    Mysql,
}

/// A Diesel connection that faults can be injected into, blocking or async.
#[expect(
    async_fn_in_trait,
    reason = "the injector awaits these in place and never needs them to be Send"
)]
pub trait Link: Sized + 'static {
    /// How it talks to its server, if it has one.
    const WIRE: Option<Wire>;

    /// Opens a connection.
    ///
    /// # Errors
    /// When the database can't be reached.
    async fn open(url: &str) -> ConnectionResult<Self>;

    #[doc(hidden)]
    #[expect(private_interfaces, reason = "only the injector calls it")]
    fn watch(&mut self, probe: Probe);

    /// Runs one statement and gives the number of rows it touched.
    ///
    /// # Errors
    /// What the database says.
    async fn execute(&mut self, sql: &str) -> QueryResult<usize>;

    /// Gives the 64-bit integer in the column `n` of a query's only row.
    ///
    /// # Errors
    /// What the database says.
    async fn number(&mut self, sql: &str) -> QueryResult<i64>;

    /// Begins a transaction in which every read sees the same moment.
    ///
    /// # Errors
    /// What the database says.
    async fn begin_snapshot(&mut self) -> QueryResult<()>;

    /// Ends it.
    ///
    /// # Errors
    /// What the database says.
    async fn end_snapshot(&mut self) -> QueryResult<()>;
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Statements round the BEGIN of a snapshot; PostgreSQL and MySQL disagree on which side.
const REPEATABLE_READ: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";

macro_rules! link {
    ($conn:ty, $conn_trait:path, $dsl:path, $wire:expr, $before:expr, $after:expr, $($await:tt)*) => {
        impl Link for $conn {
            const WIRE: Option<Wire> = $wire;

            async fn open(url: &str) -> ConnectionResult<Self> {
                use $conn_trait as Conn;
                <Self as Conn>::establish(url) $($await)*
            }

            #[expect(private_interfaces, reason = "only the injector calls it")]
            fn watch(&mut self, probe: Probe) {
                use $conn_trait as Conn;
                Conn::set_instrumentation(self, probe);
            }

            async fn execute(&mut self, sql: &str) -> QueryResult<usize> {
                use $dsl as Dsl;
                Dsl::execute(diesel::sql_query(sql), self) $($await)*
            }

            async fn number(&mut self, sql: &str) -> QueryResult<i64> {
                use $dsl as Dsl;
                let number: Number = Dsl::get_result(diesel::sql_query(sql), self) $($await)* ?;
                Ok(number.n)
            }

            async fn begin_snapshot(&mut self) -> QueryResult<()> {
                use $conn_trait as Conn;
                for sql in $before {
                    self.execute(sql).await?;
                }
                <Self as Conn>::TransactionManager::begin_transaction(self) $($await)* ?;
                for sql in $after {
                    self.execute(sql).await?;
                }
                Ok(())
            }

            async fn end_snapshot(&mut self) -> QueryResult<()> {
                use $conn_trait as Conn;
                <Self as Conn>::TransactionManager::commit_transaction(self) $($await)*
            }
        }
    };
}

macro_rules! links {
    ($wire:expr, $sync:ty, $async:ty, $before:expr, $after:expr) => {
        link!($sync, diesel::Connection, diesel::RunQueryDsl, $wire, $before, $after,);
        link!($async, diesel_async::AsyncConnection, diesel_async::RunQueryDsl, $wire, $before, $after, .await);
    };
}

const NONE: [&str; 0] = [];

links!(
    Some(Wire::Postgres),
    PgConnection,
    AsyncPgConnection,
    NONE,
    [REPEATABLE_READ]
);
links!(
    Some(Wire::Mysql),
    MysqlConnection,
    AsyncMysqlConnection,
    [REPEATABLE_READ],
    NONE
);
// A reader with a rollback journal waits for a writer that commits.
links!(
    None,
    SqliteConnection,
    SyncConnectionWrapper<SqliteConnection>,
    ["PRAGMA busy_timeout = 10000"],
    NONE
);
