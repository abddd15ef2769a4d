//! A door that one caller opens for others, to put a race in a chosen order.

use std::time::Duration;

use tokio::sync::watch;

/// How long a test waits for what is sure to come, before it counts as stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Closed at first; once open, open for good. Works across threads and tasks.
#[derive(Debug)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::channel(false).0)
    }

    /// Lets everyone through, now and later.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has been opened.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the gate is open.
    ///
    /// # Panics
    ///
    /// After 30 seconds, so that a test whose other half has failed doesn't hang.
    pub async fn wait(&self) {
        let mut opened = self.0.subscribe();
        let opened = tokio::time::timeout(PATIENCE, opened.wait_for(|open| *open)).await;
        assert!(opened.is_ok(), "the gate stayed closed for {PATIENCE:?}");
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
