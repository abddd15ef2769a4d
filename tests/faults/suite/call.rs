//! What the tests' operations are made of.

use diesel::result::Error as DieselError;
use idem_faults::Link;
use idem_tests::Driver;
use serde::{Deserialize, Serialize};

/// A connection that calls are made on, and that faults can be injected into.
pub(crate) trait Call: Driver + Link {}

impl<C: Driver + Link> Call for C {}

/// What an operation can fail with.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Failure {
    /// Final, and the operation's answer.
    #[error("declined: {0}")]
    Declined(String),
    #[serde(skip)]
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
    #[serde(skip)]
    #[error(transparent)]
    Database(#[from] DieselError),
}
