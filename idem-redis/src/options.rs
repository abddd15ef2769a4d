//! What a store can be told.

use std::time::Duration;

/// What a store can be told.
///
/// ```
/// use idem_redis::Options;
/// use std::time::Duration;
///
/// let options = Options::default()
///     .prefix("shop:idem")
///     .replicas(1, Duration::from_millis(100));
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) prefix: String,
    pub(crate) replicas: Option<Replicas>,
    pub(crate) accept_eviction: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Replicas {
    pub(crate) wanted: u32,
    pub(crate) within: Duration,
}

/// The prefix `idem`, no wait for replicas, and no eviction.
impl Default for Options {
    fn default() -> Self {
        Self {
            prefix: "idem".to_owned(),
            replicas: None,
            accept_eviction: false,
        }
    }
}

impl Options {
    /// What the keys begin with, `idem` by default. Stores with different prefixes share nothing.
    /// What could be mistaken in a key is percent-encoded; `:` is not.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        Self { prefix, ..self }
    }

    /// Has every write wait until so many replicas have it (Redis's [`WAIT`]), and fail with
    /// [`NotReplicated`](crate::Error::NotReplicated) if they don't within this time, which has to
    /// be shorter than the connection's response timeout.
    ///
    /// It makes a failover that loses the write less likely, and not impossible: a replica that
    /// hasn't got it can still be promoted. Everything on the same connection waits along.
    ///
    /// [`WAIT`]: https://redis.io/docs/latest/commands/wait/
    #[must_use]
    pub fn replicas(self, wanted: u32, within: Duration) -> Self {
        let replicas = Some(Replicas { wanted, within });
        Self { replicas, ..self }
    }

    /// Has `check` accept a Redis that evicts records when its memory is full. Each that it evicts
    /// before its time lets its operation run again.
    #[must_use]
    pub fn accept_eviction(self) -> Self {
        Self {
            accept_eviction: true,
            ..self
        }
    }
}
