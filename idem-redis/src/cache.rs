//! Copies of ended records, in front of another store.

use crate::asynchronous::{Shared, in_time};
use crate::engine::{Link, looked_up};
use crate::keys::{Kind, key};
use crate::record::{milliseconds, token_digits};
use crate::script::{CACHE_FORGET, CACHE_PUT, LOOKUP, Script};
use crate::{Error, Options};
use idem_core::{Cached, Record, RecordId, ReplayCache};
use redis::aio::{ConnectionLike, ConnectionManager};
use redis::{Cmd, Value};
use std::time::Duration;

/// How long a call waits for the cache, unless it is told otherwise.
const CALL: Duration = Duration::from_millis(50);
/// How long a copy isn't taken of a record that was forgotten.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// The word for such a record.
const FORGOTTEN_STATUS: &str = "forgotten";

/// A [`ReplayCache`] in Redis (feature `async`), for [`idem_core::Layered`].
///
/// Its keys are of a kind of their own, `prefix:replay:{…}`, so that it may be on the same Redis as
/// an [`AsyncRedisStore`](crate::AsyncRedisStore), with the same prefix, and neither meets the
/// other. Nothing in it has to last: Redis may evict, lose or forget all of it, at any time.
///
/// A call waits 50 ms for it at most, or [what it is told](Self::timeout).
///
/// ```no_run
/// use idem_core::{AsyncStore, Blocking, Layered, MemoryStore};
/// use idem_redis::RedisReplayCache;
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// # let database = Blocking(MemoryStore::default());
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// // A manager that doesn't connect before it has to, so that Redis may be down meanwhile.
/// let connection = client.get_connection_manager_lazy(Default::default())?;
/// let store = Layered::new(RedisReplayCache::new(connection), database)
///     .on_front_error(|error| eprintln!("no help from Redis: {error}"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct RedisReplayCache<C = ConnectionManager> {
    link: Shared<C>,
    prefix: String,
    timeout: Duration,
}

/// A moment by Redis's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl<C: ConnectionLike + Clone + Send + Sync> RedisReplayCache<C> {
    /// A cache over this connection, with the prefix `idem`.
    pub fn new(connection: C) -> Self {
        Self {
            link: Shared(connection),
            prefix: Options::default().prefix,
            timeout: CALL,
        }
    }

    /// What the keys begin with, as [`Options::prefix`]. Services whose databases differ need prefixes of
    /// their own, or operations of other names: else one is answered with the other's results.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        Self { prefix, ..self }
    }

    /// How long a call waits for the cache before it goes on without.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    fn key(&self, id: &RecordId<'_>) -> String {
        key(&self.prefix, Kind::Replay, id)
    }

    async fn run(&self, script: &Script, key: &str, arguments: &[&str]) -> Result<Value, Error> {
        let send = |command: Cmd| async move { self.link.send(&command).await };
        in_time(self.timeout, async {
            Ok(script.run(key, arguments, send).await?)
        })
        .await
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> ReplayCache for RedisReplayCache<C> {
    type Error = Error;
    type Moment = Moment;

    async fn get(&self, id: &RecordId<'_>) -> Result<Cached<Moment>, Error> {
        let key = self.key(id);
        let (now, fields) = looked_up(self.run(&LOOKUP, &key, &[]).await?)?;
        let copy = fields.filter(|fields| fields.status.as_deref() != Some(FORGOTTEN_STATUS));
        Ok(Cached {
            asked: Moment(now),
            record: copy.map(|fields| fields.record(&key)).transpose()?,
        })
    }

    async fn put(&self, id: &RecordId<'_>, record: &Record, asked: Moment) -> Result<(), Error> {
        // Rounded down: a copy goes a little early, and never late.
        let left = u64::try_from(record.expires_in.as_millis()).unwrap_or(u64::MAX);
        let left = left.min(milliseconds(Duration::MAX));
        let arguments = [
            &*asked.0.saturating_add(left).to_string(),
            &token_digits(record.token),
            record.status.as_str(),
            &record.attempt.to_string(),
            &record.fingerprint.to_string(),
            &record.result_version.to_string(),
            if record.result.is_some() { "1" } else { "0" },
            record.result.as_deref().unwrap_or_default(),
        ];
        self.run(&CACHE_PUT, &self.key(id), &arguments).await?;
        Ok(())
    }

    async fn forget(&self, id: &RecordId<'_>) -> Result<(), Error> {
        let time = milliseconds(FORGOTTEN).to_string();
        self.run(&CACHE_FORGET, &self.key(id), &[&time]).await?;
        Ok(())
    }
}
