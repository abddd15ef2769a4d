//! Make any Diesel function safe to retry.

#[cfg(feature = "async")]
pub mod asynchronous;
pub mod records;

mod admin;
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
mod messages;
mod multi;
#[cfg(feature = "mysql")]
mod mysql;
mod options;
mod policy;
#[cfg(feature = "postgres")]
mod postgres;
mod setup;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod trace;
mod transaction;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "async")]
pub use asynchronous::AsyncIdempotentConnection;
pub use bounds::{Fingerprintable, FromError, Storable, StorableError};
pub use builder::Idempotent;
pub use connection::IdempotentConnection;
pub use error::Error;
pub use idem_core::{
    Fingerprint, IdempotencyKey, InvalidKey, Lost, Outcome, Problem, Record, RecordId, Rejection,
    RetryPolicy, Status,
};
pub use idem_macros::idempotent;
pub use messages::{KnownError, interpret_messages_with};
pub use options::{InFlightPolicy, Isolation, Nesting};
pub use policy::{
    DiscardErrors, ErrorPolicy, NoRetry, RecordErrors, Retry, RetryJudge, RetryableErrors,
    Transient, When,
};
#[cfg(feature = "migrations")]
pub use setup::{MIGRATIONS, Migrations};
pub use setup::{purge_expired, setup};
