//! What can go wrong that isn't the operation's own.

use idem_core::Rejection;

/// Why a call has no answer of the operation's own.
///
/// ```
/// # use idem_diesel::{Error, Rejection};
/// fn status(error: &Error) -> u16 {
///     match error {
///         Error::Rejected(rejection) => rejection.status(),
///         Error::Database(_) => 503,
///         _ => 500,
///     }
/// }
/// assert_eq!(status(&Error::from(Rejection::MissingKey)), 400);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The call was refused; nothing was written.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The database failed, and it is not known whether the operation was done. Call again with
    /// the same key.
    #[error("the database failed: {0}")]
    Database(#[from] diesel::result::Error),
}

impl Error {
    /// Whether the same call, made again with the same key, may succeed.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Rejected(rejection) => rejection.is_retryable(),
            Self::Database(_) => true,
        }
    }

    /// The refusal, if it is one.
    #[must_use]
    pub const fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Database(_) => None,
        }
    }
}
