//! The choices a caller has.

use std::time::Duration;

/// What to do when another call with the same key is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InFlightPolicy {
    /// Wait until it ends, as long as the database lets us: PostgreSQL's `lock_timeout` (none by
    /// default), MySQL's `innodb_lock_wait_timeout` (50 s by default), on SQLite one minute.
    #[default]
    Wait,
    /// Wait at most this long; then refuse with [`Rejection::InFlight`](crate::Rejection::InFlight).
    WaitAtMost(Duration),
    /// Refuse at once with [`Rejection::InFlight`](crate::Rejection::InFlight). SQLite has one writer at a time and can't tell
    /// who it is: there, *any* running writer makes this refuse.
    Reject,
}

impl InFlightPolicy {
    /// The longest wait, where there is a limit.
    pub(crate) fn limit(self) -> Option<Duration> {
        match self {
            Self::Wait => None,
            Self::WaitAtMost(limit) => Some(limit),
            Self::Reject => Some(Duration::ZERO),
        }
    }
}

/// A transaction's isolation level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// READ COMMITTED.
    ReadCommitted,
    /// REPEATABLE READ.
    RepeatableRead,
    /// SERIALIZABLE.
    Serializable,
}

/// What to do when a transaction is already open on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nesting {
    /// Run in a savepoint of that transaction: the record commits and rolls back with it.
    #[default]
    Join,
    /// Refuse with [`Rejection::Nested`](crate::Rejection::Nested).
    Deny,
}
