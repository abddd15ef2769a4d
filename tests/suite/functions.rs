//! Functions under `#[idempotent]`, the same on each kind of connection.

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;

use idem_diesel::{Error, IdempotencyKey, Outcome};
use idem_tests::Driver;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a function can end in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// Final.
    Declined(String),
    /// Gone with another try.
    Busy,
    #[serde(skip)]
    Idem(Error),
}

impl Failure {
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Declined(_))
    }

    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Idem(error)
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Idem(error.into())
    }
}

/// A request that gives a map, a document, and texts that border on each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Letter {
    pub(crate) labels: HashMap<String, i64>,
    pub(crate) document: Value,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) lines: Vec<String>,
    pub(crate) note: Option<String>,
}

/// What [`Functions::refund`] is asked to do.
#[derive(Debug, Default)]
pub(crate) struct Refund<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) amount: i64,
    /// Doesn't count for the fingerprint.
    pub(crate) note: &'a str,
    /// How often it is busy before it isn't.
    pub(crate) busy: usize,
    pub(crate) declined: bool,
}

/// The functions, each of which deposits 50 or what it is told to on account 1.
pub(crate) trait Functions: Driver {
    /// Where they are.
    const MODULE: &'static str;

    /// Without any option.
    async fn send(
        &mut self,
        key: &IdempotencyKey,
        letter: &Letter,
    ) -> Result<Outcome<usize>, Failure>;

    /// Operation `payments.charge`.
    async fn charge(&mut self, key: &IdempotencyKey, cents: i64) -> Result<Outcome<i64>, Failure>;

    /// What `charge` was renamed to.
    async fn collect(&mut self, key: &IdempotencyKey, cents: i64) -> Result<Outcome<i64>, Failure>;

    /// A method of `Till<u8>`, without any option.
    async fn ring_up(&mut self, key: &IdempotencyKey) -> Result<Outcome<()>, Failure>;

    /// Every option there is; gives the note. `runs` counts how often the body is run.
    async fn refund(
        &mut self,
        key: &IdempotencyKey,
        refund: &Refund<'_>,
        runs: &AtomicUsize,
    ) -> Result<Outcome<String>, Failure>;
}

macro_rules! functions {
    ($module:ident, $connection:ident, $dsl:path, [$($async:tt)?], [$($await:tt)*]) => {
        mod $module {
            use std::collections::HashMap;
            use std::sync::atomic::{AtomicUsize, Ordering};

            use $dsl as Dsl;
            use diesel::{QueryResult, sql_query};
            use idem_diesel::{IdempotencyKey, Outcome, idempotent};
            use idem_tests::connections::$connection;
            use serde_json::Value;

            use super::{Failure, Functions, Letter, Refund};

            $($async)? fn deposit(conn: &mut $connection, amount: i64) -> QueryResult<usize> {
                let deposit = format!("UPDATE accounts SET balance = balance + {amount} WHERE id = 1");
                Dsl::execute(sql_query(deposit), conn) $($await)*
            }

            #[idempotent]
            $($async)? fn send(
                conn: &mut $connection,
                labels: &HashMap<String, i64>,
                document: &Value,
                from: &str,
                to: &str,
                lines: &[String],
                note: Option<&str>,
            ) -> Result<usize, Failure> {
                deposit(conn, 50) $($await)* ?;
                Ok(labels.len() + document.to_string().len() + from.len() + to.len() + lines.len() + note.map_or(0, str::len))
            }

            #[idempotent(operation = "payments.charge")]
            $($async)? fn charge(conn: &mut $connection, cents: i64) -> Result<i64, Failure> {
                deposit(conn, cents) $($await)* ?;
                Ok(cents)
            }

            #[idempotent(operation = "payments.charge")]
            $($async)? fn collect(conn: &mut $connection, amount_in_cents: i64) -> Result<i64, Failure> {
                deposit(conn, amount_in_cents) $($await)* ?;
                Ok(amount_in_cents)
            }

            struct Till<T>(T);

            impl<T: Copy + Into<i64>> Till<T> {
                #[idempotent]
                $($async)? fn ring_up(&self, conn: &mut $connection) -> Result<(), Failure> {
                    deposit(conn, self.0.into()) $($await)* ?;
                    Ok(())
                }
            }

            #[idempotent(
                operation = "payments.refund",
                tenant = refund.tenant,
                ttl = "1h",
                fingerprint(refund.amount),
                in_flight = wait("5s"),
                record_errors = Failure::is_final,
                result_version = 2,
                retry = 3,
                retry_if = Failure::is_busy,
                isolation = serializable,
                max_result = "1KiB",
                nested = deny,
                peek,
                crate = ::idem_diesel,
            )]
            $($async)? fn refund(conn: &mut $connection, refund: &Refund<'_>, runs: &AtomicUsize) -> Result<String, Failure> {
                let run = runs.fetch_add(1, Ordering::SeqCst);
                deposit(conn, refund.amount) $($await)* ?;
                if refund.declined {
                    return Err(Failure::Declined(refund.note.to_owned()));
                }
                if run < refund.busy {
                    return Err(Failure::Busy);
                }
                Ok(refund.note.to_owned())
            }

            impl Functions for $connection {
                const MODULE: &'static str = concat!("suite::functions::", stringify!($module));

                async fn send(&mut self, key: &IdempotencyKey, letter: &Letter) -> Result<Outcome<usize>, Failure> {
                    let Letter { labels, document, from, to, lines, note } = letter;
                    send(self, key, labels, document, from, to, lines, note.as_deref()) $($await)*
                }

                async fn charge(&mut self, key: &IdempotencyKey, cents: i64) -> Result<Outcome<i64>, Failure> {
                    charge(self, key, cents) $($await)*
                }

                async fn collect(&mut self, key: &IdempotencyKey, cents: i64) -> Result<Outcome<i64>, Failure> {
                    collect(self, key, cents) $($await)*
                }

                async fn ring_up(&mut self, key: &IdempotencyKey) -> Result<Outcome<()>, Failure> {
                    Till(50_u8).ring_up(self, key) $($await)*
                }

                async fn refund(
                    &mut self,
                    key: &IdempotencyKey,
                    asked: &Refund<'_>,
                    runs: &AtomicUsize,
                ) -> Result<Outcome<String>, Failure> {
                    refund(self, key, asked, runs) $($await)*
                }
            }
        }
    };
}

functions!(postgres_sync, PgConnection, diesel::RunQueryDsl, [], []);
functions!(postgres_async, AsyncPgConnection, diesel_async::RunQueryDsl, [async], [.await]);
functions!(mysql_sync, MysqlConnection, diesel::RunQueryDsl, [], []);
functions!(mysql_async, AsyncMysqlConnection, diesel_async::RunQueryDsl, [async], [.await]);
functions!(sqlite_sync, SqliteConnection, diesel::RunQueryDsl, [], []);
functions!(sqlite_async, AsyncSqliteConnection, diesel_async::RunQueryDsl, [async], [.await]);
