//! How a fault tells the test that it has struck, and waits for what the test does about it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The longest that anything waits for anything here; a test that gets there has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One fault's trigger.
#[derive(Debug, Default)]
pub(crate) struct Trigger {
    state: Mutex<State>,
    changed: Condvar,
    struck: Notify,
}

#[derive(Debug, Default)]
struct State {
    struck: bool,
    released: bool,
}

impl Trigger {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault strikes now.
    pub(crate) fn strike(&self) {
        self.state().struck = true;
        self.struck.notify_one();
    }

    /// Whether it has struck.
    pub(crate) fn has_struck(&self) -> bool {
        self.state().struck
    }

    /// Waits until it strikes.
    pub(crate) async fn struck(&self) {
        while !self.has_struck() {
            self.struck.notified().await;
        }
    }

    /// Lets go of what the fault holds back.
    pub(crate) fn release(&self) {
        self.state().released = true;
        self.changed.notify_all();
    }

    /// Holds the calling thread back until [`release`](Self::release).
    pub(crate) fn hold(&self) {
        let state = self.state();
        let _ = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !state.released);
    }
}
