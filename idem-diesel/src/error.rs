//! What can go wrong that isn't the operation's own.

use idem_core::Rejection;

/// Why a call has no answer of the operation's own.
///
/// ```
/// # use idem_diesel::{Error, Rejection};
/// assert_eq!(Error::from(Rejection::MissingKey).status(), 400);
/// assert_eq!(Error::from(diesel::result::Error::BrokenTransactionManager).status(), 503);
/// assert_eq!(Error::from(diesel::result::Error::NotFound).status(), 500);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The call was refused; nothing was written.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The database failed: the connection, the claim, the commit, or a statement of a body whose
    /// error type this is. Whether the operation was done may not be known; a call with the same key
    /// finds out, and does it if it wasn't.
    #[error("the database failed: {0}")]
    Database(#[from] diesel::result::Error),
}

impl Error {
    /// Whether the same call, made again with the same key, may succeed. Of the database's errors,
    /// those that say that a statement was wrong (a violated constraint, a row that isn't there)
    /// won't mend themselves; all others might.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Rejected(rejection) => rejection.is_retryable(),
            Self::Database(error) => may_pass(error),
        }
    }

    /// The HTTP status for it: the refusal's, 503 for a database's error that may pass, 500 for one that
    /// won't.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Rejected(rejection) => rejection.status(),
            Self::Database(error) if may_pass(error) => 503,
            Self::Database(_) => 500,
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

/// Whether there is no connection any more.
pub(crate) const fn is_lost_connection(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind as Kind, Error as DieselError};
    matches!(
        error,
        DieselError::BrokenTransactionManager
            | DieselError::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _)
    )
}

/// Whether the database's error may not come again: it doesn't say that the statement was wrong.
pub(crate) const fn may_pass(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind as Kind, Error as DieselError};
    !matches!(
        error,
        DieselError::NotFound
            | DieselError::QueryBuilderError(_)
            | DieselError::DeserializationError(_)
            | DieselError::SerializationError(_)
            | DieselError::InvalidCString(_)
            | DieselError::DatabaseError(
                Kind::UniqueViolation
                    | Kind::ForeignKeyViolation
                    | Kind::NotNullViolation
                    | Kind::CheckViolation
                    | Kind::ExclusionViolation
                    | Kind::RestrictViolation,
                _,
            )
    )
}
