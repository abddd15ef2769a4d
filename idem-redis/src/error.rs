//! What goes wrong with Redis.

use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why Redis gave no answer that can be acted on. The operation must not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Redis can't be reached, didn't answer in time, or isn't ready (it is loading, or without a
    /// primary). What was asked may have been done. Call again.
    #[error("Redis can't be reached, or isn't ready: {0}")]
    Unavailable(#[source] RedisError),
    /// Redis refused: its memory is full, the user may not, or the key holds something else.
    /// Nothing was written. Look at what it says.
    #[error("Redis refused: {0}")]
    Refused(#[source] RedisError),
    /// What answered doesn't answer as Redis does. Look at what stands between.
    #[error("Redis gave an answer that can't be understood: {0}")]
    UnexpectedReply(#[source] RedisError),
    /// There is a record, but it can't be read. It is kept, and the operation isn't run. Look at
    /// it with `HGETALL`; a newer version of this crate may have written it.
    #[error("the record {key} can't be read: {what} is missing or unknown")]
    UnreadableRecord {
        /// Its key in Redis.
        key: String,
        /// The field that is wrong.
        what: &'static str,
    },
    /// Redis is configured to evict records before their time, and an evicted record lets its
    /// operation run again. Set `maxmemory-policy` to `noeviction`, or accept it with
    /// [`Options::accept_eviction`](crate::Options::accept_eviction).
    #[error(
        "Redis may evict records before their time: its maxmemory-policy is {}, and has to be noeviction",
        policy.as_deref().unwrap_or("not told")
    )]
    Evicts {
        /// The policy; nothing if the server doesn't tell.
        policy: Option<String>,
    },
    /// The write was done, but fewer replicas than [asked for](crate::Options::replicas) have it.
    /// A failover may lose it. Call again.
    #[error("the write is on {reached} replicas, and has to be on {wanted}")]
    NotReplicated {
        /// How many have to have it.
        wanted: u32,
        /// How many have it.
        reached: u32,
    },
}

impl Error {
    /// The HTTP status for a call that ended so: 503 where a later call may do better, 500 where
    /// somebody has to mend something first.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unavailable(_) | Self::Refused(_) | Self::NotReplicated { .. } => 503,
            Self::UnexpectedReply(_) | Self::UnreadableRecord { .. } | Self::Evicts { .. } => 500,
        }
    }

    #[cfg(feature = "async")]
    pub(crate) fn timed_out() -> Self {
        Self::Unavailable(std::io::Error::from(std::io::ErrorKind::TimedOut).into())
    }
}

impl From<RedisError> for Error {
    fn from(error: RedisError) -> Self {
        match error.kind() {
            ErrorKind::Io
            | ErrorKind::ClusterConnectionNotFound
            | ErrorKind::MasterNameNotFoundBySentinel
            | ErrorKind::NoValidReplicasFoundBySentinel
            | ErrorKind::Server(
                ServerErrorKind::BusyLoading
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::TryAgain
                | ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::ReadOnly,
            ) => Self::Unavailable(error),
            ErrorKind::Parse | ErrorKind::UnexpectedReturnType => Self::UnexpectedReply(error),
            _ => Self::Refused(error),
        }
    }
}
