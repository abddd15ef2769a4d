//! One call, as plain data.

use crate::{InFlightPolicy, Isolation, Nesting};
use idem_core::{Fingerprint, RecordId};
use std::time::{Duration, Instant};

/// Everything that is known of a call before it is made, but its body.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub(crate) id: RecordId<'a>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) ttl: Duration,
    pub(crate) in_flight: InFlightPolicy,
    pub(crate) result_version: i32,
    pub(crate) max_result: usize,
    pub(crate) isolation: Option<Isolation>,
    pub(crate) nesting: Nesting,
    pub(crate) peek: bool,
    /// When the call was made: a record that expires while the call waits still counts for it.
    pub(crate) began: Instant,
}

/// The longest time a record may be kept.
pub(crate) const MAX_TTL: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
