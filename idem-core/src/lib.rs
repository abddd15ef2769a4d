//! The parts of [`idem-diesel`](https://docs.rs/idem-diesel) that know no database, no web
//! framework and no runtime: keys, fingerprints, records, and the decisions taken on them.

mod codec;
mod decision;
mod fingerprint;
#[cfg(feature = "http")]
pub mod http;
mod key;
mod model;
mod outcome;
mod precondition;
mod record;
mod rejection;
mod retry;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod white_space;

pub use codec::{DecodeError, EncodeError, decode, encode};
pub use decision::{Decision, decide};
pub use fingerprint::{Fingerprint, FingerprintBuilder, FingerprintError};
pub use key::{IdempotencyKey, InvalidKey};
pub use model::{
    Action, Expected, HasVersion, Inserted, Restored, SoftDeletable, SoftDeleted, Transitioned,
    Updated, Version, VersionValue,
};
pub use outcome::Outcome;
pub use precondition::{ETag, IfMatch, IfNoneMatch, InvalidETag, InvalidETagList, Precondition};
pub use record::{Record, RecordId, Status, UnknownStatus};
pub use rejection::{Lost, Problem, Rejection};
pub use retry::RetryPolicy;
pub use store::memory::{Clock, MemoryStore, MonotonicClock};
pub use store::{
    AsyncStore, Blocking, Cached, Claim, Claimed, FencingToken, Layered, ReplayCache, Store, Write,
};
