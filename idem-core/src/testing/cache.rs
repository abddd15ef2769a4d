//! A cache in memory.

use crate::store::memory::OwnedId;
use crate::{Cached, Clock, MonotonicClock, Record, RecordId, ReplayCache};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a record that was forgotten isn't taken again.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// A [`ReplayCache`] in this process's memory, for tests: what is over stays in its memory until
/// it is asked for.
#[derive(Debug)]
pub struct MemoryCache<C = MonotonicClock> {
    clock: C,
    /// Copies, or nothing for a record that was forgotten, and until when they are kept.
    copies: Mutex<HashMap<OwnedId, (Option<Record>, Duration)>>,
}

/// An empty cache that goes by the system's monotonic clock.
impl Default for MemoryCache {
    fn default() -> Self {
        Self::with_clock(MonotonicClock::default())
    }
}

impl<C: Clock> MemoryCache<C> {
    /// An empty cache that goes by this clock.
    #[must_use]
    pub fn with_clock(clock: C) -> Self {
        Self {
            clock,
            copies: Mutex::default(),
        }
    }

    /// Loses everything.
    pub fn flush(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OwnedId, (Option<Record>, Duration)>> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Clock> ReplayCache for MemoryCache<C> {
    type Error = Infallible;
    type Moment = Duration;

    async fn get(&self, id: &RecordId<'_>) -> Result<Cached<Duration>, Infallible> {
        let asked = self.clock.now();
        let mut copies = self.lock();
        copies.retain(|_, (_, until)| *until > asked);
        let record = copies.get(&OwnedId::from(id)).and_then(|(copy, until)| {
            Some(Record {
                expires_in: *until - asked,
                ..copy.clone()?
            })
        });
        Ok(Cached { asked, record })
    }

    async fn put(
        &self,
        id: &RecordId<'_>,
        record: &Record,
        asked: Duration,
    ) -> Result<(), Infallible> {
        let until = asked.saturating_add(record.expires_in);
        let mut copies = self.lock();
        let copy = (Some(record.clone()), until);
        let now = self.clock.now();
        copies.retain(|_, (_, until)| *until > now);
        copies.entry(OwnedId::from(id)).or_insert(copy);
        Ok(())
    }

    async fn forget(&self, id: &RecordId<'_>) -> Result<(), Infallible> {
        let until = self.clock.now().saturating_add(FORGOTTEN);
        self.lock().insert(OwnedId::from(id), (None, until));
        Ok(())
    }
}
