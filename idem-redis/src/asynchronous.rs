//! The store over async connections.

use crate::engine::{Engine, Link};
use crate::{Error, Options};
use idem_core::{AsyncStore, Claim, Claimed, FencingToken, Record, RecordId, Status, Write};
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::{Cmd, Pipeline, RedisResult, Value};
use std::fmt;
use std::time::Duration;

/// How long a call may take in all, unless it is told otherwise.
const CALL: Duration = Duration::from_secs(2);

/// An [`AsyncStore`] in Redis (feature `async`), over any connection of the `redis` crate that can
/// be cloned: a [`ConnectionManager`], which is made anew when it breaks, a cluster's connection
/// (feature `cluster-async`), or a `MultiplexedConnection`, which stays broken when it breaks.
///
/// A call takes at most two seconds, or [what it is told](Self::timeout): then it fails, and may
/// have been done. Leases have to be longer. What is durable when a call returns, the
/// [crate](crate#durability) says.
///
/// ```no_run
/// use idem_core::{AsyncStore, Claim, Claimed, Write};
/// use idem_redis::{AsyncRedisStore, Options};
/// # use idem_core::{Fingerprint, IdempotencyKey, RecordId};
/// # use std::time::Duration;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let store = AsyncRedisStore::connect(client, Options::default()).await?;
/// # let key = IdempotencyKey::generate();
/// # let claim = Claim {
/// #     id: RecordId { operation: "payments.charge", tenant: "", key: &key },
/// #     fingerprint: Fingerprint::of(&500)?,
/// #     result_version: 1,
/// #     lease: Duration::from_secs(30),
/// #     ttl: Duration::from_secs(24 * 60 * 60),
/// # };
/// match store.claim(&claim).await? {
///     Claimed::Granted(token) => {
///         let receipt = "the operation's encoded result";
///         assert_eq!(store.complete(&claim.id, &token, Some(receipt)).await?, Write::Done);
///     }
///     Claimed::Replay(receipt) => println!("it ran before: {receipt:?}"),
///     other => println!("{other:?}"),
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct AsyncRedisStore<C = ConnectionManager> {
    engine: Engine<Shared<C>>,
    timeout: Duration,
}

impl AsyncRedisStore {
    /// Connects, [checks](Self::check), and from then on makes the connection anew when it breaks.
    ///
    /// Connecting may take a second, and each answer half a second.
    ///
    /// # Errors
    /// When Redis can't be reached or [evicts](Error::Evicts) records before their time.
    pub async fn connect(client: redis::Client, options: Options) -> Result<Self, Error> {
        let config = ConnectionManagerConfig::new()
            // A call that finds Redis gone is to fail, and not to wait until it is back.
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(100));
        let manager = ConnectionManager::new_with_config(client, config).await?;
        let store = Self::with_options(manager, options);
        store.check().await?;
        Ok(store)
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> AsyncRedisStore<C> {
    /// A store with the default [`Options`], over this connection.
    pub fn new(connection: C) -> Self {
        Self::with_options(connection, Options::default())
    }

    /// A store with these options.
    pub fn with_options(connection: C, options: Options) -> Self {
        let link = Shared(connection);
        Self {
            engine: Engine { link, options },
            timeout: CALL,
        }
    }

    /// Has a call fail after this time, whatever the connection does meanwhile. It has to be
    /// shorter than any lease.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Checks that Redis can be reached and evicts nothing, on every primary of a cluster. To be
    /// called at the start. The user of the connection needs the permission for `INFO`.
    ///
    /// # Errors
    /// [`Error::Evicts`] unless its `maxmemory-policy` is `noeviction` or eviction is
    /// [accepted](Options::accept_eviction); and when Redis can't tell.
    pub async fn check(&self) -> Result<(), Error> {
        in_time(self.timeout, self.engine.check()).await
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> AsyncStore for AsyncRedisStore<C> {
    type Error = Error;

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Error> {
        in_time(self.timeout, self.engine.claim(claim)).await
    }

    async fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Error> {
        let finish = self.engine.finish(id, token, Status::Completed, result);
        in_time(self.timeout, finish).await
    }

    async fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Error> {
        let finish = self.engine.finish(id, token, Status::Failed, error);
        in_time(self.timeout, finish).await
    }

    async fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Error> {
        in_time(self.timeout, self.engine.release(id, token)).await
    }

    async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Error> {
        in_time(self.timeout, self.engine.renew(id, token, lease)).await
    }

    async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Error> {
        in_time(self.timeout, self.engine.lookup(id)).await
    }

    /// Redis removes records by itself: gives 0.
    async fn purge(&self, _: usize) -> Result<usize, Error> {
        Ok(0)
    }
}

pub(crate) async fn in_time<T>(
    timeout: Duration,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let timed = tokio::time::timeout(timeout, call).await;
    timed.unwrap_or_else(|_| Err(Error::timed_out()))
}

/// A connection whose clones share it.
#[derive(Clone)]
pub(crate) struct Shared<C>(pub(crate) C);

impl<C> fmt::Debug for Shared<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> Link for Shared<C> {
    async fn send(&self, command: &Cmd) -> RedisResult<Value> {
        command.query_async(&mut self.0.clone()).await
    }

    async fn send_all(&self, commands: &Pipeline) -> RedisResult<Vec<Value>> {
        commands.query_async(&mut self.0.clone()).await
    }
}
