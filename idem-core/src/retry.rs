//! How often, and after how long, to try again.

use backon::{BackoffBuilder, ExponentialBuilder};
use std::time::Duration;

/// How often to try, and how long to wait in between: exponential back-off with jitter, within
/// a total limit.
///
/// ```
/// use idem_core::RetryPolicy;
/// use std::time::Duration;
///
/// let policy = RetryPolicy::attempts(4)
///     .min_delay(Duration::from_millis(5))
///     .max_delay(Duration::from_millis(200));
/// assert_eq!(policy.delays().count(), 3); // three waits between four attempts
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    min_delay: Duration,
    max_delay: Duration,
    total: Option<Duration>,
}

impl RetryPolicy {
    /// At most this many attempts, the first one included; 0 is taken as 1. Waits start at 10 ms
    /// and double up to 1 s, each with up to as much again at random.
    #[must_use]
    pub const fn attempts(attempts: u32) -> Self {
        Self {
            attempts,
            min_delay: Duration::from_millis(10),
            max_delay: Duration::from_secs(1),
            total: None,
        }
    }

    /// The first wait.
    #[must_use]
    pub const fn min_delay(self, min_delay: Duration) -> Self {
        Self { min_delay, ..self }
    }

    /// The longest wait, before jitter.
    #[must_use]
    pub const fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }

    /// The most that all waits together may take.
    #[must_use]
    pub const fn total(self, total: Duration) -> Self {
        Self {
            total: Some(total),
            ..self
        }
    }

    /// The waits between the attempts: one fewer than there are attempts.
    pub fn delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        let retries = usize::try_from(self.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        ExponentialBuilder::new()
            .with_min_delay(self.min_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(retries)
            .with_total_delay(self.total)
            .with_jitter()
            .build()
    }
}

impl Default for RetryPolicy {
    /// Three attempts.
    fn default() -> Self {
        Self::attempts(3)
    }
}
