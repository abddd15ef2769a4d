//! What is put to the test.

use crate::fault::Fault;
use idem_core::{IdempotencyKey, Outcome};
use std::fmt::{Debug, Display};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A call, and the state it works on.
#[expect(
    async_fn_in_trait,
    reason = "the injector awaits these in place and never needs them to be Send"
)]
pub trait Scenario<C> {
    /// What the call gives.
    type Answer: PartialEq + Debug;
    /// Everything the call changes, without what differs from run to run: keys, ids, times.
    type State: PartialEq + Debug;
    /// Why there is no answer: the client calls again. An error that *is* the answer belongs in
    /// [`Answer`](Self::Answer).
    type Error: Display;

    /// A name, for reports.
    fn name(&self) -> &str;

    /// Whether a fault at this statement is the call's concern, and not that of what is around it.
    fn concerns(&self, fault: Fault, statement: &str) -> bool {
        let _ = (fault, statement);
        true
    }

    /// Brings about what the call works on, for this run alone: rows that no other run touches.
    ///
    /// # Errors
    /// When it can't, which ends the test.
    async fn prepare(&self, conn: &mut C, run: &Run) -> Result<(), Self::Error>;

    /// Makes one call with the run's key.
    ///
    /// # Errors
    /// When there is no answer, and the client is to call again.
    async fn call(&self, conn: &mut C, run: &Run) -> Result<Outcome<Self::Answer>, Self::Error>;

    /// Reads the run's state. The connection is in a transaction that sees one moment.
    ///
    /// # Errors
    /// When it can't, which ends the test.
    async fn state(&self, conn: &mut C, run: &Run) -> Result<Self::State, Self::Error>;
}

/// One run of a scenario, with a state and a key of its own.
#[derive(Clone, Debug)]
pub struct Run {
    /// For ids: counted from the microsecond of the process's first run, so that processes that
    /// share a database keep apart. A hundred times it still is an `i64`.
    pub number: i64,
    /// The call's key.
    pub key: IdempotencyKey,
}

impl Run {
    pub(crate) fn next() -> Self {
        static START: OnceLock<i64> = OnceLock::new();
        static RUNS: AtomicI64 = AtomicI64::new(0);
        let start = START.get_or_init(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            now.map_or(0, |now| i64::try_from(now.as_micros()).unwrap_or(0))
        });
        let number = start + RUNS.fetch_add(1, Ordering::Relaxed);
        Self {
            number,
            key: IdempotencyKey::generate(),
        }
    }
}
