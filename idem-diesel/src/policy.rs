//! Which errors are kept in the record, and which are worth another try.

use crate::Error;
use crate::bounds::StorableError;
use crate::dialect::{Dialect, Meaning};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_core::RetryPolicy;
use std::time::Duration;

/// Which of the operation's errors are final, and how they are stored.
pub trait ErrorPolicy<E> {
    #[doc(hidden)]
    const RECORDS: bool;
    #[doc(hidden)]
    fn encode(&self, error: &E) -> Option<Result<String, String>>;
    #[doc(hidden)]
    fn decode(&self, text: &str) -> Result<E, String>;
}

/// No error is final: every one rolls back the record too, so that the call may be tried again.
#[derive(Debug, Clone, Copy)]
pub struct DiscardErrors;

impl<E> ErrorPolicy<E> for DiscardErrors {
    const RECORDS: bool = false;

    fn encode(&self, _error: &E) -> Option<Result<String, String>> {
        None
    }

    fn decode(&self, _text: &str) -> Result<E, String> {
        Err("it holds an error, and the operation no longer records errors".to_owned())
    }
}

/// The errors for which a function says so are final: the body's writes are rolled back, and the
/// error is stored and replayed.
#[derive(Debug, Clone, Copy)]
pub struct RecordErrors<F>(pub(crate) F);

impl<E, F> ErrorPolicy<E> for RecordErrors<F>
where
    E: StorableError,
    F: Fn(&E) -> bool,
{
    const RECORDS: bool = true;

    fn encode(&self, error: &E) -> Option<Result<String, String>> {
        (self.0)(error).then(|| idem_core::encode(error).map_err(|error| error.to_string()))
    }

    fn decode(&self, text: &str) -> Result<E, String> {
        idem_core::decode(text).map_err(|error| error.to_string())
    }
}

/// Whether a whole transaction that failed is tried again.
pub trait RetryJudge<E> {
    #[doc(hidden)]
    fn delays(&self) -> Box<dyn Iterator<Item = Duration> + Send>;
    #[doc(hidden)]
    fn retries(&self) -> bool;
    #[doc(hidden)]
    fn is_retryable(&self, error: &E, dialect: &dyn Dialect) -> bool;
}

/// The body runs once.
#[derive(Debug, Clone, Copy)]
pub struct NoRetry;

impl<E> RetryJudge<E> for NoRetry {
    fn delays(&self) -> Box<dyn Iterator<Item = Duration> + Send> {
        Box::new(std::iter::empty())
    }
    fn retries(&self) -> bool {
        false
    }
    fn is_retryable(&self, _error: &E, _dialect: &dyn Dialect) -> bool {
        false
    }
}

/// The body may run again.
#[derive(Debug, Clone, Copy)]
pub struct Retry<W = Transient> {
    pub(crate) policy: RetryPolicy,
    pub(crate) which: W,
}

impl<E, W: RetryableErrors<E>> RetryJudge<E> for Retry<W> {
    fn delays(&self) -> Box<dyn Iterator<Item = Duration> + Send> {
        Box::new(self.policy.delays())
    }
    fn retries(&self) -> bool {
        true
    }
    fn is_retryable(&self, error: &E, dialect: &dyn Dialect) -> bool {
        self.which.contain(error, dialect)
    }
}

/// The errors after which the body runs again.
#[diagnostic::on_unimplemented(
    message = "`retry` can't see whether a deadlock is behind `{E}`, which is not a `std::error::Error`",
    label = "which of these errors are worth another attempt?",
    note = "name a `fn(&{E}) -> bool` that says so with `retry_if`"
)]
pub trait RetryableErrors<E> {
    #[doc(hidden)]
    fn contain(&self, error: &E, dialect: &dyn Dialect) -> bool;
}

/// Deadlocks and serialization failures, wherever they are in an error's chain of sources.
#[derive(Debug, Clone, Copy)]
pub struct Transient;

#[diagnostic::do_not_recommend]
impl<E: std::error::Error + 'static> RetryableErrors<E> for Transient {
    fn contain(&self, error: &E, dialect: &dyn Dialect) -> bool {
        is_transient(error, dialect)
    }
}

/// The errors for which a function says so.
#[derive(Debug, Clone, Copy)]
pub struct When<F>(pub(crate) F);

#[diagnostic::do_not_recommend]
impl<E, F: Fn(&E) -> bool> RetryableErrors<E> for When<F> {
    fn contain(&self, error: &E, _dialect: &dyn Dialect) -> bool {
        (self.0)(error)
    }
}

/// Whether a deadlock or a serialization failure is somewhere in an error's chain of sources.
fn is_transient(error: &(dyn std::error::Error + 'static), dialect: &dyn Dialect) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let database = match error.downcast_ref::<Error>() {
            Some(Error::Database(error)) => Some(error),
            Some(Error::Rejected(_)) => return false,
            None => error.downcast_ref::<DieselError>(),
        };
        if let Some(error) = database {
            return dialect.meaning(error) == Meaning::Transient;
        }
        next = error.source();
    }
    // `#[error(transparent)]` passes over the error that it wraps; what remains of it is its text.
    let text = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(error.to_string()));
    dialect.meaning(&text) == Meaning::Transient
}
