//! Records of operations that are safe to retry, in Redis: the [`Store`](idem_core::Store) and the
//! [`AsyncStore`](idem_core::AsyncStore) of `idem-core`, and a cache of their answers in front of a
//! database.
//!
//! ```no_run
//! # #[cfg(feature = "async")] {
//! use idem_core::{AsyncStore, Claim, Claimed, Fingerprint, IdempotencyKey, RecordId, Write};
//! use idem_redis::{AsyncRedisStore, Options};
//! use std::time::Duration;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = redis::Client::open("redis://127.0.0.1/")?;
//! let store = AsyncRedisStore::connect(client, Options::default()).await?;
//!
//! let key = IdempotencyKey::generate(); // one per request, sent with every retry of it
//! let claim = Claim {
//!     id: RecordId { operation: "payments.charge", tenant: "shop-1", key: &key },
//!     fingerprint: Fingerprint::of(&(500, "alice"))?,
//!     result_version: 1,
//!     lease: Duration::from_secs(30),
//!     ttl: Duration::from_secs(24 * 60 * 60),
//! };
//! match store.claim(&claim).await? {
//!     Claimed::Granted(token) => {
//!         // Run the operation: nobody else does until the lease is over.
//!         let receipt = "its encoded result";
//!         if store.complete(&claim.id, &token, Some(receipt)).await? == Write::LostClaim {
//!             // The lease was over, and somebody else took the record over.
//!         }
//!     }
//!     Claimed::Replay(receipt) => println!("it ran before: {receipt:?}"),
//!     Claimed::ReplayError(error) => println!("it failed for good: {error:?}"),
//!     Claimed::Rejected(rejection) => println!("HTTP {}", rejection.status()),
//! }
//! # Ok(()) }
//! # }
//! ```
//!
//! What a claim does about a record that is there, [`idem_core::decide`] decides, as for every
//! store. Redis does each step whole: a Lua script per step, about one key. A fresh claim and a
//! replay are one round trip each, a take-over two.
//!
//! An effect outside Redis happens *at least* once under these claims. Where the effects are in a
//! database, keep the record there, with `idem-diesel`, in the transaction that makes them.
//!
//! # If Redis is gone
//! Every method gives an [`Error`], with [`status`](Error::status) 503 where a retry may do better.
//! **Don't run the operation then.** What was asked may have been done all the same: a repeated
//! write finds that out; a repeated claim finds itself in flight until its lease is over.
//!
//! Each command is sent once more if its connection turns out to be broken. That runs nothing
//! twice: a claim's token is made by the caller, and Redis knows it again.
//!
//! # Timeouts
//! They have to be shorter than any lease: whoever waits longer than that for an answer to its
//! claim may hold nothing when the answer comes.
//!
//! - Async calls end after two seconds in all ([`AsyncRedisStore::timeout`]); those of
//!   [`RedisReplayCache`] after 50 ms. The connection that [`AsyncRedisStore::connect`] makes waits
//!   one second to be made, and half a second for each answer, as is the `redis` crate's default.
//! - Blocking ones have the same two limits for a [`redis::Client`]; a cluster's client has those it
//!   was built with, and none by default ([`Connect`]).
//!
//! # Durability
//! A claim or a result is as durable as Redis is configured to be when the call returns:
//!
//! - Set `appendonly yes` and `appendfsync always`: then Redis answers when it is on disk. With
//!   `everysec` a crash of the machine loses up to two seconds, with snapshots minutes; a lost claim
//!   lets its operation run again. ([Redis persistence])
//! - Set `maxmemory-policy noeviction`: any other drops records, whose operations then run again.
//!   `check` refuses such a Redis ([`Error::Evicts`]). When memory is full, a claim is then refused
//!   ([`Error::Refused`]) and nothing runs; replays go on.
//! - Replicas, Sentinel's or a cluster's, follow **asynchronously**: a failover can lose the last
//!   writes, and with them claims and results. [`Options::replicas`] has each write wait for
//!   replicas, which makes that rare and not impossible ([Redis replication], [WAIT]). Where that
//!   can't be borne, keep the records in a database, and Redis [before it](#in-front-of-a-database).
//! - Time is that of Redis's own clock, in milliseconds. A clock that is set forward ends leases and
//!   records early by as much; have it slewed, on replicas too. What fencing guards, it guards
//!   nevertheless: a worker that comes late writes nothing.
//!
//! Redis removes records by itself once their time *and* their lease are over, so that `purge` has
//! nothing to do and gives 0, and a new record starts again at attempt 1. Choose a `ttl` that is
//! longer than any lease, so that attempts rise for as long as a worker can be late.
//!
//! # The record
//! A hash under `idem:record:{operation:tenant:key}`, with each name percent-encoded:
//!
//! ```text
//! > HGETALL idem:record:{payments.charge:shop-1:0199a7f0-52a1-7c3e-8d63-0d8a4a1c2b7e}
//! token           5cb9a1d0f4e84d6c9f0b6a5d1b2c3d4e    whoever claimed it last
//! status          completed                           processing, completed, failed, released
//! attempt         1
//! fingerprint     6b86b273ff34fce19d6b804eff5a3f57…   what the request said
//! result_version  1
//! created_at      1764547200000                       milliseconds since 1970, as all times
//! ttl             86400000
//! expires_at      1764633600125
//! lease_until     1764547230000                       while it is processing
//! completed_at    1764547200125                       once it has ended
//! result          {"receipt":7}                       nothing for ()
//! ```
//!
//! To forget a record, so that its operation runs again, `DEL` it.
//!
//! # Cluster
//! All of a record's key that tells it from others is one hash tag, so that a record is in one slot
//! and records are spread over all of them; no script touches two. Any connection of the `redis`
//! crate to a cluster will do (features `cluster`, `cluster-async`). Set its timeouts and its
//! `retries` (3, say): by default it tries for minutes.
//!
//! # In front of a database
//! [`idem_core::Layered`] with a [`RedisReplayCache`] answers replays from Redis and everything else
//! from the store behind it. Nothing runs on Redis's word there, and nothing in it has to last.
//!
//! # Features
//! None is on by default; each only adds. TLS is a feature of the `redis` crate: depend on it, with
//! `tokio-rustls-comp` for example.
//!
//! | feature | brings |
//! |---|---|
//! | `sync` | [`RedisStore`]: blocking connections |
//! | `async` | [`AsyncRedisStore`] and [`RedisReplayCache`], on tokio |
//! | `cluster` | `sync`, on Redis Cluster |
//! | `cluster-async` | `async`, on Redis Cluster |
//!
//! Needs Redis 5 or later, or what speaks like it (Valkey); the suite runs on Redis 7. The user of
//! the connection needs `EVAL`, `EVALSHA`, `HMGET`, `HSET`, `HDEL`, `EXISTS`, `PEXPIREAT` and `TIME`;
//! `INFO` for `check`, `WAIT` for replicas, and `DEL` for the cache.
//!
//! [Redis persistence]: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
//! [Redis replication]: https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
//! [WAIT]: https://redis.io/docs/latest/commands/wait/

#[cfg(feature = "async")]
mod asynchronous;
#[cfg(feature = "sync")]
mod blocking;
#[cfg(feature = "async")]
mod cache;
#[cfg(any(feature = "sync", feature = "async"))]
mod engine;
mod error;
#[cfg(any(feature = "sync", feature = "async"))]
mod eviction;
#[cfg(any(feature = "sync", feature = "async"))]
mod keys;
#[cfg(any(feature = "sync", feature = "async"))]
mod options;
#[cfg(any(feature = "sync", feature = "async"))]
mod record;
#[cfg(any(feature = "sync", feature = "async"))]
mod script;

#[cfg(feature = "async")]
pub use asynchronous::AsyncRedisStore;
#[cfg(feature = "sync")]
pub use blocking::{Connect, RedisStore};
#[cfg(feature = "async")]
pub use cache::{Moment, RedisReplayCache};
pub use error::Error;
#[cfg(any(feature = "sync", feature = "async"))]
pub use options::Options;
