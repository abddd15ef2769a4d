//! placeholder

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
pub use options::Options;
