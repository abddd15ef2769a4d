//! The six kinds of connection that the suite runs on.

use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel_async::{
    AsyncConnection, AsyncMysqlConnection, AsyncPgConnection,
    sync_connection_wrapper::SyncConnectionWrapper,
};

use crate::bank::Bank;
use crate::calls::Calls;

/// A connection type that tests are written over.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Driver: Bank + Calls + Send + 'static {
    /// The blocking connection to the same database, to set it up and to look into it.
    type Plain: Driver;

    /// Whether calls suspend rather than block.
    const IS_ASYNC: bool;

    /// Opens a connection and runs `on_connect`'s statements on it. With `keep_statements`
    /// false, no prepared statement outlives its use.
    ///
    /// # Panics
    ///
    /// If the database can't be reached or refuses a statement.
    async fn open(url: &str, keep_statements: bool, on_connect: &[String]) -> Self;
}

macro_rules! driver {
    ($connection:ty, $plain:ty, $connection_trait:path, $is_async:literal, $($await:tt)*) => {
        impl Driver for $connection {
            type Plain = $plain;

            const IS_ASYNC: bool = $is_async;

            async fn open(url: &str, keep_statements: bool, on_connect: &[String]) -> Self {
                use $connection_trait as Conn;
                let connected = <Self as Conn>::establish(url) $($await)*;
                let mut conn = connected.unwrap_or_else(|error| panic!("can't connect to {url}: {error}"));
                if !keep_statements {
                    Conn::set_prepared_statement_cache_size(&mut conn, CacheSize::Disabled);
                }
                for statement in on_connect {
                    let done = conn.execute(statement).await;
                    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
                }
                conn
            }
        }
    };
}

driver!(PgConnection, PgConnection, Connection, false,);
driver!(MysqlConnection, MysqlConnection, Connection, false,);
driver!(SqliteConnection, SqliteConnection, Connection, false,);
driver!(AsyncPgConnection, PgConnection, AsyncConnection, true, .await);
driver!(AsyncMysqlConnection, MysqlConnection, AsyncConnection, true, .await);
driver!(SyncConnectionWrapper<SqliteConnection>, SqliteConnection, AsyncConnection, true, .await);
