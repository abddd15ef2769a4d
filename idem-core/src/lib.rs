//! The parts of [`idem-diesel`](https://docs.rs/idem-diesel) that know no database, no web
//! framework and no runtime: keys, fingerprints, records, and the decisions taken on them.

mod codec;
mod decision;
mod fingerprint;
mod key;
mod outcome;
mod record;
mod rejection;
mod retry;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use codec::{DecodeError, EncodeError, decode, encode};
pub use decision::{Decision, decide};
pub use fingerprint::{Fingerprint, FingerprintBuilder, FingerprintError};
pub use key::{IdempotencyKey, InvalidKey};
pub use outcome::Outcome;
pub use record::{Record, RecordId, Status, UnknownStatus};
pub use rejection::{Lost, Problem, Rejection};
pub use retry::RetryPolicy;
pub use store::memory::{Clock, MemoryStore, MonotonicClock};
pub use store::{AsyncStore, Blocking, Claim, Claimed, FencingToken, Store, Write};
