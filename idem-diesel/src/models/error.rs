//! Why a row wasn't written.

use crate::dialect::{Dialect, Meaning};
use diesel::result::Error as DieselError;
use idem_core::{Action, Expected, Problem, Rejection, Version};
use std::fmt::{Debug, Formatter};

/// Why a row of `M` wasn't written as asked. Unless a variant says otherwise, nothing was.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WriteError<M> {
    /// There is no such row. It was deleted, or never was.
    #[error("there is no such row")]
    NotFound,
    /// The row was written since it was read. Decide what to do from `current`: write again from
    /// there, as [`retry_on_conflict`](crate::retry_on_conflict) does, or show it to whoever asked.
    /// The same copy gets the same answer, however often it is tried.
    #[error("can't {action} the row: it has version {actual}, not {expected}")]
    Conflict {
        /// The version that was to be replaced.
        expected: Expected<Version>,
        /// The version the row has.
        actual: Version,
        /// The row as it is.
        current: Box<M>,
        /// What was being done.
        action: Action,
    },
    /// The row is soft-deleted. Restore it first, if that is meant.
    #[error("the row is deleted")]
    Deleted {
        /// The row as it is.
        current: Box<M>,
    },
    /// The row is there and is the one that was meant, and still the database left it as it is: a
    /// trigger or a policy did. Mend those, or the request.
    #[error("the database refused to write the row, as a trigger or a policy of its own does")]
    Rejected {
        /// The row as it is, if there is one.
        current: Option<Box<M>>,
    },
    /// The row isn't in a state from which it may go there; or with a key, it is there already, and
    /// another request has brought it there. Decide what to do from `current`.
    #[error("{}", invalid_state(state, to, allowed))]
    InvalidState {
        /// The state the row is in.
        state: String,
        /// The row as it is.
        current: Box<M>,
        /// The states from which it may go there.
        allowed: String,
        /// The state it should have come to.
        to: String,
    },
    /// The row can't be restored beside one that is live: it would break this constraint. Delete or
    /// rename that one first.
    #[error("the row can't be restored beside a live one: {constraint}")]
    RestoreConflict {
        /// The constraint, or on SQLite its columns.
        constraint: String,
    },
    /// The row is there, with other content than was to be inserted: the id was used for something
    /// else. Take a new one for a new row.
    #[error("a row with this id is there, with other content")]
    PayloadMismatch {
        /// The row as it is.
        stored: Box<M>,
    },
    /// The row's version is the largest that its column can hold. Widen the column.
    #[error("the row's version is the largest there can be: {version}")]
    VersionExhausted {
        /// That version.
        version: Version,
    },
    /// The version column keeps too few digits of a second to tell two writes apart. Make it one
    /// with six: `timestamp(6)`, `DATETIME(6)`; the next write finds that out.
    #[error("{column} keeps {digits} digits of a second, and a version needs 6")]
    CoarseVersion {
        /// The column.
        column: &'static str,
        /// How many it keeps.
        digits: i64,
    },
    /// The row was written, but wasn't there any more when it was to be read back. Happens only on MySQL and
    /// MariaDB: somebody deleted it in between, outside of a transaction; or its key is another one than
    /// was asked for, as changes moved it, or `AUTO_INCREMENT` replaced a 0.
    #[error("the row was written, and was gone before it was read back")]
    DeletedSince,
    /// The call with a key was refused before anything was done. See [`Rejection`].
    #[error(transparent)]
    Refused(Rejection),
    /// A deadlock, a serialization failure, or a lock that wasn't to be had in time: the same again
    /// may succeed. Inside a transaction, roll it back and begin anew, from the reading on.
    #[error("the database gave up for now: {0}")]
    Retryable(#[source] DieselError),
    /// The database failed otherwise. Whether the row was written may not be known.
    #[error("the database failed: {0}")]
    Database(#[source] DieselError),
}

fn invalid_state(state: &str, to: &str, allowed: &str) -> String {
    if state == to {
        return format!("the row is {to} already, by another request");
    }
    format!("the row can't go from {state} to {to}: it may from {allowed}")
}

impl<M> WriteError<M> {
    /// A database's error, as far as a row's writing is concerned.
    pub(super) fn of(dialect: &dyn Dialect, error: DieselError) -> Self {
        match dialect.meaning(&error) {
            Meaning::Transient | Meaning::Blocked => Self::Retryable(error),
            _ => Self::Database(error),
        }
    }

    /// The HTTP status for it: 404, 409, 410 for a deleted row, 412 where an `If-Match` failed, 422,
    /// 503 for what may be tried again (a lost connection, too), 500. A row that a query of the caller's own didn't find is 500 too:
    /// that is what `.optional()` is for.
    ///
    /// ```
    /// # use idem_diesel::WriteError;
    /// use diesel::result::Error;
    ///
    /// let status = |error| WriteError::<()>::Database(error).status();
    /// assert_eq!(status(Error::BrokenTransactionManager), 503);
    /// assert_eq!(status(Error::NotFound), 500);
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Conflict {
                action: Action::UpdateExpecting | Action::DeleteExpecting,
                ..
            } => 412,
            Self::Conflict { .. } | Self::InvalidState { .. } | Self::RestoreConflict { .. } => 409,
            Self::Deleted { .. } | Self::DeletedSince => 410,
            Self::Rejected { .. } | Self::PayloadMismatch { .. } => 422,
            Self::Refused(rejection) => rejection.status(),
            Self::Retryable(_) => 503,
            Self::Database(error) if crate::error::is_lost_connection(error) => 503,
            Self::VersionExhausted { .. } | Self::CoarseVersion { .. } | Self::Database(_) => 500,
        }
    }

    /// Whether the same write, of the same copy, may succeed: [`Retryable`](Self::Retryable), and of the
    /// other database's errors those that don't say that the statement was wrong, as
    /// [`Error::is_retryable`](crate::Error::is_retryable) has it.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Retryable(_) => true,
            Self::Refused(rejection) => rejection.is_retryable(),
            Self::Database(error) => crate::error::may_pass(error),
            _ => false,
        }
    }

    /// Whether it failed because the row had changed. Read it again to go on.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// The row as it is, where that is part of the answer.
    #[must_use]
    pub fn current(&self) -> Option<&M> {
        match self {
            Self::Conflict { current, .. }
            | Self::Deleted { current }
            | Self::Rejected {
                current: Some(current),
            }
            | Self::InvalidState { current, .. }
            | Self::PayloadMismatch { stored: current } => Some(current),
            _ => None,
        }
    }

    /// It as an HTTP problem document. What the database said is not told to the caller.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let (kind, title) = match self {
            Self::Refused(rejection) => return rejection.problem(),
            Self::NotFound => ("urn:idem:not-found", "Not found"),
            Self::Conflict { .. } => ("urn:idem:conflict", "Changed by somebody else"),
            Self::Deleted { .. } | Self::DeletedSince => ("urn:idem:deleted", "Deleted"),
            Self::Rejected { .. } => ("urn:idem:write-rejected", "Refused by the database"),
            Self::InvalidState { .. } => ("urn:idem:invalid-state", "Not possible in this state"),
            Self::RestoreConflict { .. } => ("urn:idem:restore-conflict", "Taken by a live row"),
            Self::PayloadMismatch { .. } => ("urn:idem:payload-mismatch", "Id already used"),
            Self::Retryable(_) => ("urn:idem:try-again", "Try again"),
            Self::VersionExhausted { .. } | Self::CoarseVersion { .. } | Self::Database(_) => {
                ("urn:idem:write-failed", "Write failed")
            }
        };
        let status = self.status();
        let detail = match self {
            Self::Retryable(_) => "The database is busy with this row.".to_owned(),
            _ if status == 500 => "The server can't process this request.".to_owned(),
            known => known.to_string(),
        };
        Problem::new(kind, title, status, detail)
    }
}

/// Without rows, which needn't be `Debug`.
impl<M> Debug for WriteError<M> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let mut without = |name| f.debug_struct(name).finish_non_exhaustive();
        match self {
            Self::NotFound => f.write_str("NotFound"),
            Self::Conflict {
                expected,
                actual,
                action,
                ..
            } => f
                .debug_struct("Conflict")
                .field("expected", expected)
                .field("actual", actual)
                .field("action", action)
                .finish_non_exhaustive(),
            Self::Deleted { .. } => without("Deleted"),
            Self::Rejected { .. } => without("Rejected"),
            Self::InvalidState {
                state, allowed, to, ..
            } => f
                .debug_struct("InvalidState")
                .field("state", state)
                .field("allowed", allowed)
                .field("to", to)
                .finish_non_exhaustive(),
            Self::RestoreConflict { constraint } => {
                f.debug_tuple("RestoreConflict").field(constraint).finish()
            }
            Self::PayloadMismatch { .. } => without("PayloadMismatch"),
            Self::VersionExhausted { version } => {
                f.debug_tuple("VersionExhausted").field(version).finish()
            }
            Self::CoarseVersion { column, digits } => f
                .debug_struct("CoarseVersion")
                .field("column", column)
                .field("digits", digits)
                .finish(),
            Self::DeletedSince => f.write_str("DeletedSince"),
            Self::Refused(rejection) => f.debug_tuple("Refused").field(rejection).finish(),
            Self::Retryable(error) => f.debug_tuple("Retryable").field(error).finish(),
            Self::Database(error) => f.debug_tuple("Database").field(error).finish(),
        }
    }
}

/// A call with a key, in which a row is written.
impl<M> From<crate::Error> for WriteError<M> {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Rejected(rejection) => Self::Refused(rejection),
            crate::Error::Database(error) => Self::Database(error),
        }
    }
}

/// A statement of the caller's own, beside the model's writes.
impl<M> From<DieselError> for WriteError<M> {
    fn from(error: DieselError) -> Self {
        Self::Database(error)
    }
}
