//! Make any Diesel function safe to retry.
//!
//! ```
//! # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use diesel::prelude::*;
//! use idem_diesel::{IdempotencyKey, idempotent};
//!
//! #[idempotent(operation = "payments.charge", ttl = "24h")]
//! fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<i64, idem_diesel::Error> {
//!     diesel::sql_query(format!("UPDATE accounts SET cents = cents - {cents}")).execute(conn)?;
//!     Ok(cents)
//! }
//!
//! let mut conn = SqliteConnection::establish(":memory:")?;
//! idem_diesel::setup(&mut conn)?;
//! diesel::sql_query("CREATE TABLE accounts (cents BIGINT)").execute(&mut conn)?;
//!
//! let key = IdempotencyKey::generate(); // one per request, sent with every retry of it
//! assert!(!charge(&mut conn, &key, 1999)?.is_replayed());
//! assert!(charge(&mut conn, &key, 1999)?.is_replayed()); // nothing is charged
//! # Ok(()) }
//! # #[cfg(not(feature = "sqlite"))] fn main() {}
//! ```
//!
//! The body and the deduplication record are in one transaction, so both commit or neither does.
//! [`idempotent`] says what the attribute does to a function, [`Idempotent`] is the same by hand,
//! and the [guide] has a page per topic: [keys](guide::keys), [scopes and tenants](guide::scopes),
//! [fingerprints](guide::fingerprints), [errors](guide::errors), [concurrency](guide::concurrency),
//! [expiry](guide::expiry), [isolation](guide::isolation), [nesting](guide::nesting),
//! [HTTP](guide::http), and [testing your own handlers](guide::testing).
//!
//! Operations that can't be one transaction, such as a whole HTTP request: [`DieselStore`].
//!
//! Rows that are safe to write twice: [`Versioned`] (optimistic locking, `If-Match`),
//! [`SoftDelete`], [`transition`] and [`insert_once`]; in the guide [versions](guide::versions),
//! [soft deletes](guide::soft_deletes), and [states and inserts](guide::states_and_inserts).
//!
//! # Features
//! None is on by default; each only adds.
//!
//! | feature | brings |
//! |---|---|
//! | `postgres`, `mysql`, `sqlite` | records in that database. `postgres` and `mysql` take only Diesel's SQL; a sync `PgConnection` or `MysqlConnection` comes from Diesel's own feature of that name |
//! | `async` | [`asynchronous`]: diesel-async's connections |
//! | `migrations` | `MIGRATIONS`, for `diesel_migrations` |
//! | `tracing` | a span per call |
//! | `chrono`, `time` | that crate's times as versions |

#![recursion_limit = "256"] // tuples of up to 128 columns

#[cfg(feature = "async")]
pub mod asynchronous;
pub mod records;

mod admin;
mod attempts;
mod body;
mod bounds;
mod builder;
mod call;
mod claim;
mod connection;
mod dialect;
mod driver;
mod engine;
mod error;
mod finish;
#[cfg(feature = "sqlite")] // its examples run on SQLite
pub mod guide;
mod look;
mod messages;
mod models;
mod multi;
#[cfg(feature = "mysql")]
mod mysql;
mod nested;
mod options;
mod patience;
mod policy;
#[cfg(feature = "postgres")]
mod postgres;
mod prepared;
mod setup;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod store;
mod trace;
mod transaction;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "async")]
pub use asynchronous::AsyncIdempotentConnection;
#[cfg(feature = "async")]
pub use attempts::Attempts;
pub use bounds::{Again, Fingerprintable, FromError, Returns, Storable, StorableError};
pub use builder::Idempotent;
pub use connection::IdempotentConnection;
pub use error::Error;
pub use idem_core::{
    Action, ETag, Expected, Fingerprint, HasVersion, IdempotencyKey, IfMatch, IfNoneMatch,
    Inserted, InvalidETag, InvalidKey, Lost, Outcome, Precondition, Problem, Record, RecordId,
    Rejection, Restored, RetryPolicy, SoftDeletable, SoftDeleted, Status, Transitioned, Updated,
    Version, VersionValue,
};
pub use idem_macros::{SoftDelete, Stateful, Versioned, idempotent};
pub use messages::{KnownError, interpret_messages_with};
pub use models::{
    Answers, Attribution, Because, By, ByBecause, Changes, Conflicting, Copied, DeletionColumn,
    Finds, IncrementColumn, InsertAllOnce, InsertOnce, Kept, LeavesVersionAlone, ModelConnection,
    ModelOn, NewRow, NullAsZero, NullableColumn, NullableIncrementColumn, OnlyDeleted, SideColumns,
    SoftDelete, Stateful, StatefulOn, Target, TheVersionColumnIsSet, TimeColumn, Transition,
    TransitionFrom, TransitionOf, UuidColumn, Versioned, VersionedOn, WriteError, insert_all_once,
    insert_once, retry_on_conflict, transition,
};
#[cfg(feature = "async")]
pub use models::{AsyncModelConnection, retry_on_conflict_async};
pub use options::{InFlightPolicy, Isolation, Nesting};
pub use policy::{
    DiscardErrors, ErrorPolicy, NoRetry, RecordErrors, Retry, RetryJudge, RetryableErrors,
    Transient, When,
};
#[cfg(feature = "migrations")]
pub use setup::{MIGRATIONS, Migrations};
pub use setup::{purge_expired, setup};
pub use store::{DieselStore, StoreError};
