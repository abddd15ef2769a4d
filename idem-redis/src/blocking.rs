//! The store over blocking connections.

use crate::engine::{Engine, Link, now};
use crate::{Error, Options};
use idem_core::{Claim, Claimed, FencingToken, Record, RecordId, Status, Store, Write};
use redis::{Cmd, ConnectionLike, Pipeline, RedisResult, Value};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long to wait for a connection to [`redis::Client`]'s server.
const CONNECT: Duration = Duration::from_secs(1);
/// How long to wait for its answer.
const ANSWER: Duration = Duration::from_millis(500);
/// How many connections are kept that nobody uses.
const IDLE: usize = 32;

/// Where a [`RedisStore`] gets its connections from.
///
/// A [`redis::Client`] gives connections that wait one second to be made and half a second for
/// each answer. A [`redis::cluster::ClusterClient`](https://docs.rs/redis/latest/redis/cluster/)
/// (feature `cluster`) goes by its own settings, which wait without end by default and try again
/// for minutes: set `connection_timeout`, `response_timeout` and `retries` in its builder. For
/// others (Sentinel, a socket of your own), implement it.
pub trait Connect: Send + Sync {
    /// A connection.
    type Connection: ConnectionLike + Send;

    /// Makes a connection, whose waiting has an end: a thread waits as long as it does.
    ///
    /// # Errors
    /// When there is none to be had.
    fn connect(&self) -> RedisResult<Self::Connection>;
}

impl Connect for redis::Client {
    type Connection = redis::Connection;

    fn connect(&self) -> RedisResult<redis::Connection> {
        let connection = self.get_connection_with_timeout(CONNECT)?;
        connection.set_read_timeout(Some(ANSWER))?;
        connection.set_write_timeout(Some(ANSWER))?;
        Ok(connection)
    }
}

#[cfg(feature = "cluster")]
impl Connect for redis::cluster::ClusterClient {
    type Connection = redis::cluster::ClusterConnection;

    fn connect(&self) -> RedisResult<redis::cluster::ClusterConnection> {
        self.get_connection()
    }
}

/// A [`Store`] in Redis, over blocking connections (feature `sync`).
///
/// Any number of threads may use it at once; each call takes a connection of its own, and makes
/// one if none is idle. What is durable when a call returns, the [crate](crate#durability) says.
///
/// ```no_run
/// use idem_core::{Claim, Claimed, Store, Write};
/// use idem_redis::RedisStore;
/// # use idem_core::{Fingerprint, IdempotencyKey, RecordId};
/// # use std::time::Duration;
///
/// let store = RedisStore::new(redis::Client::open("redis://127.0.0.1/")?);
/// store.check()?; // Redis doesn't evict what it was told to keep
/// # let key = IdempotencyKey::generate();
/// # let claim = Claim {
/// #     id: RecordId { operation: "payments.charge", tenant: "", key: &key },
/// #     fingerprint: Fingerprint::of(&500)?,
/// #     result_version: 1,
/// #     lease: Duration::from_secs(30),
/// #     ttl: Duration::from_secs(24 * 60 * 60),
/// # };
/// match store.claim(&claim)? {
///     Claimed::Granted(token) => {
///         let receipt = "the operation's encoded result";
///         assert_eq!(store.complete(&claim.id, &token, Some(receipt))?, Write::Done);
///     }
///     Claimed::Replay(receipt) => println!("it ran before: {receipt:?}"),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RedisStore<M: Connect = redis::Client> {
    engine: Engine<Pool<M>>,
}

impl<M: Connect> RedisStore<M> {
    /// A store with the default [`Options`]. It connects when it has to.
    pub fn new(connections: M) -> Self {
        Self::with_options(connections, Options::default())
    }

    /// A store with these options.
    pub fn with_options(connections: M, options: Options) -> Self {
        let link = Pool {
            connections,
            idle: Mutex::default(),
        };
        Self {
            engine: Engine { link, options },
        }
    }

    /// Checks that Redis can be reached and evicts nothing, on every primary of a cluster. To be
    /// called at the start. The user of the connection needs the permission for `INFO`.
    ///
    /// # Errors
    /// [`Error::Evicts`] unless its `maxmemory-policy` is `noeviction` or eviction is
    /// [accepted](Options::accept_eviction); and when Redis can't tell.
    pub fn check(&self) -> Result<(), Error> {
        now(self.engine.check())
    }
}

impl<M: Connect> Store for RedisStore<M> {
    type Error = Error;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Error> {
        now(self.engine.claim(claim))
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Error> {
        now(self.engine.finish(id, token, Status::Completed, result))
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Error> {
        now(self.engine.finish(id, token, Status::Failed, error))
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Error> {
        now(self.engine.release(id, token))
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Error> {
        now(self.engine.renew(id, token, lease))
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Error> {
        now(self.engine.lookup(id))
    }

    /// Redis removes records by itself: gives 0.
    fn purge(&self, _: usize) -> Result<usize, Error> {
        Ok(0)
    }
}

/// The connections that nobody uses.
struct Pool<M: Connect> {
    connections: M,
    idle: Mutex<Vec<M::Connection>>,
}

impl<M: Connect> Pool<M> {
    fn with<T>(&self, run: impl FnOnce(&mut M::Connection) -> RedisResult<T>) -> RedisResult<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut connection = match taken {
            Some(connection) => connection,
            None => self.connections.connect()?,
        };
        let result = run(&mut connection);
        match &result {
            // Whatever broke this one has most likely broken the others too.
            Err(error) if error.is_connection_dropped() => idle().clear(),
            // Its answer may still come, and would be taken for another's.
            Err(error) if error.is_io_error() || error.is_unrecoverable_error() => {}
            _ => {
                let mut idle = idle();
                if idle.len() < IDLE {
                    idle.push(connection);
                }
            }
        }
        result
    }
}

impl<M: Connect> fmt::Debug for Pool<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl<M: Connect> Link for Pool<M> {
    async fn send(&self, command: &Cmd) -> RedisResult<Value> {
        self.with(|connection| command.query(connection))
    }

    async fn send_all(&self, commands: &Pipeline) -> RedisResult<Vec<Value>> {
        self.with(|connection| commands.query(connection))
    }
}
