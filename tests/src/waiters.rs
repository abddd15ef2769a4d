//! Seeing that a session waits for a lock, so that a test's race is in the order it means.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, sql_query};
use diesel_async::{AsyncConnection as _, AsyncMysqlConnection};

use crate::servers::Database;

/// Counts the sessions of one database that wait for a lock.
pub(crate) enum Waiters {
    Postgres(PgConnection),
    /// Async, as a blocking one can't read the columns of a SHOW.
    Mysql(Box<AsyncMysqlConnection>, String),
    /// SQLite's wait in their own process, where nobody sees them.
    Unknown,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct InnodbStatus {
    #[diesel(sql_type = Text, column_name = "Status")]
    status: String,
}

impl Waiters {
    /// Connects to the database that is to be watched.
    pub(crate) async fn of(database: Database, url: &str) -> Self {
        match database {
            Database::Postgres => {
                Self::Postgres(PgConnection::establish(url).expect("a connection"))
            }
            Database::Mysql => {
                let mut conn = AsyncMysqlConnection::establish(url)
                    .await
                    .expect("a connection");
                let name = sql_query("SELECT database() AS name");
                let name: Name = diesel_async::RunQueryDsl::get_result(name, &mut conn)
                    .await
                    .expect("a database");
                Self::Mysql(Box::new(conn), name.name)
            }
            Database::Sqlite => Self::Unknown,
        }
    }

    /// How many wait now; `None` where it can't be known.
    pub(crate) async fn count(&mut self) -> Option<usize> {
        match self {
            Self::Postgres(conn) => {
                let waiting = "SELECT COUNT(*) AS n FROM pg_stat_activity \
                     WHERE datname = current_database() AND wait_event_type = 'Lock'";
                let count: Count = sql_query(waiting).get_result(conn).expect("a count");
                usize::try_from(count.n).ok()
            }
            Self::Mysql(conn, name) => {
                let status = sql_query("SHOW ENGINE INNODB STATUS");
                let status: InnodbStatus = diesel_async::RunQueryDsl::get_result(status, conn)
                    .await
                    .expect("a status");
                Some(waiting_in(&status.status, name))
            }
            Self::Unknown => None,
        }
    }
}

/// The locks waited for in a database, in InnoDB's report of itself.
///
/// `information_schema.innodb_trx` would say it in SQL, but is a copy that is not renewed for
/// as long as anybody reads it every 100 ms: two tests that wait would wait for ever.
fn waiting_in(status: &str, database: &str) -> usize {
    let table = format!(" of table {database}.");
    // A name is quoted as the waiting session's `sql_mode` would have it.
    let status = status.replace(['`', '"'], "");
    // What comes before speaks of past deadlocks.
    let transactions = status
        .split_once("\nTRANSACTIONS\n")
        .map_or("", |(_, transactions)| transactions);
    transactions
        .lines()
        .filter(|line| line.contains(&table) && line.trim_end().ends_with(" waiting"))
        .count()
}
