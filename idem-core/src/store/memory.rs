//! Records in memory.

use super::{Claim, Claimed, FencingToken, Store, Write};
use crate::{Fingerprint, IdempotencyKey, Record, RecordId, Status, decide};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What time a [`MemoryStore`] takes it to be.
pub trait Clock: Send + Sync {
    /// The time since some fixed moment. It never goes back.
    fn now(&self) -> Duration;
}

/// The time since this clock was made, by the system's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct MonotonicClock(Instant);

impl Default for MonotonicClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A [`Store`] in this process's memory: for tests, and for a single process whose operations
/// need not outlive it. Nothing in it is durable.
///
/// One lock guards it all; each call holds it for a few lookups, a purge for `limit` removals.
/// Nobody purges it by itself.
#[derive(Debug)]
pub struct MemoryStore<C = MonotonicClock> {
    clock: C,
    records: Mutex<Records>,
}

#[derive(Debug, Default)]
struct Records {
    by_id: HashMap<OwnedId, Entry>,
    /// What to purge next: the records by the time from which they aren't live, and then by their
    /// token, which no two share.
    by_end: BTreeMap<(Duration, [u8; 16]), OwnedId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct OwnedId {
    operation: String,
    tenant: String,
    key: IdempotencyKey,
}

#[derive(Debug, Clone)]
struct Entry {
    fingerprint: Fingerprint,
    state: State,
    token: FencingToken,
    result_version: i32,
    ttl: Duration,
    expires_at: Duration,
}

#[derive(Debug, Clone)]
enum State {
    Claimed { until: Duration },
    Released,
    Completed(Option<String>),
    Failed(Option<String>),
}

/// An empty store that goes by the system's monotonic clock.
impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_clock(MonotonicClock::default())
    }
}

impl<C: Clock> MemoryStore<C> {
    /// An empty store that goes by this clock.
    #[must_use]
    pub fn with_clock(clock: C) -> Self {
        Self {
            clock,
            records: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Records> {
        // A panic under the lock could only come from memory that ran out before a change.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a record that the token is for.
    fn write(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        change: impl FnOnce(&mut Entry, Duration) -> Write,
    ) -> Write {
        let mut records = self.lock();
        let now = self.clock.now();
        let id = OwnedId::from(id);
        let Some(entry) = records.by_id.get(&id).filter(|it| it.token.id == token.id) else {
            return Write::LostClaim;
        };
        let mut entry = entry.clone();
        let write = change(&mut entry, now);
        if write == Write::Done {
            records.put(id, entry);
        }
        write
    }

    /// Ends a claim, unless it has ended in this way before.
    fn finish(&self, id: &RecordId<'_>, token: &FencingToken, end: State) -> Write {
        self.write(id, token, |entry, now| match (&entry.state, &end) {
            (State::Claimed { .. }, _) => {
                entry.state = end;
                entry.expires_at = now.saturating_add(entry.ttl);
                Write::Done
            }
            (State::Completed(_), State::Completed(_)) | (State::Failed(_), State::Failed(_)) => {
                Write::Done
            }
            _ => Write::LostClaim,
        })
    }
}

impl Records {
    fn put(&mut self, id: OwnedId, entry: Entry) {
        if let Some(old) = self.by_id.get(&id) {
            self.by_end.remove(&old.end());
        }
        self.by_end.insert(entry.end(), id.clone());
        self.by_id.insert(id, entry);
    }
}

impl Entry {
    /// From when on it isn't live, and its token.
    fn end(&self) -> (Duration, [u8; 16]) {
        let lease = match self.state {
            State::Claimed { until } => until,
            _ => Duration::ZERO,
        };
        (self.expires_at.max(lease), self.token.id)
    }

    fn record(&self, now: Duration) -> Record {
        let (status, result, lease) = match &self.state {
            State::Claimed { until } => (Status::Processing, None, Some(until.saturating_sub(now))),
            State::Released => (Status::Processing, None, Some(Duration::ZERO)),
            State::Completed(result) => (Status::Completed, result.clone(), None),
            State::Failed(error) => (Status::Failed, error.clone(), None),
        };
        Record {
            fingerprint: self.fingerprint,
            status,
            token: self.token.id,
            result,
            result_version: self.result_version,
            attempt: self.token.attempt,
            expires_in: if matches!(self.state, State::Released) {
                Duration::ZERO
            } else {
                self.expires_at.saturating_sub(now)
            },
            lease,
        }
    }
}

impl From<&RecordId<'_>> for OwnedId {
    fn from(id: &RecordId<'_>) -> Self {
        Self {
            operation: id.operation.to_owned(),
            tenant: id.tenant.to_owned(),
            key: id.key.clone(),
        }
    }
}

impl<C: Clock> Store for MemoryStore<C> {
    type Error = Infallible;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Infallible> {
        if let Err(rejection) = claim.id.check() {
            return Ok(Claimed::Rejected(rejection));
        }
        let mut records = self.lock();
        let now = self.clock.now();
        let id = OwnedId::from(&claim.id);
        let mut attempt = 1;
        if let Some(entry) = records.by_id.get(&id) {
            let record = entry.record(now);
            let decision = decide(&claim.id, record, &claim.fingerprint, claim.result_version);
            if let Some(answer) = decision.answer() {
                return Ok(answer);
            }
            attempt = entry.token.attempt.saturating_add(1);
        }
        let token = FencingToken {
            id: Uuid::new_v4().into_bytes(),
            attempt,
        };
        let entry = Entry {
            fingerprint: claim.fingerprint,
            state: State::Claimed {
                until: now.saturating_add(claim.lease),
            },
            token,
            result_version: claim.result_version,
            ttl: claim.ttl,
            expires_at: now.saturating_add(claim.ttl),
        };
        records.put(id, entry);
        Ok(Claimed::Granted(token))
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Infallible> {
        let end = State::Completed(result.map(str::to_owned));
        Ok(self.finish(id, token, end))
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Infallible> {
        let end = State::Failed(error.map(str::to_owned));
        Ok(self.finish(id, token, end))
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Infallible> {
        Ok(self.write(id, token, |entry, _| match entry.state {
            State::Claimed { .. } | State::Released => {
                entry.state = State::Released;
                Write::Done
            }
            State::Completed(_) | State::Failed(_) => Write::LostClaim,
        }))
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Infallible> {
        Ok(self.write(id, token, |entry, now| match &mut entry.state {
            State::Claimed { until } => {
                *until = now.saturating_add(lease);
                Write::Done
            }
            _ => Write::LostClaim,
        }))
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Infallible> {
        let records = self.lock();
        let now = self.clock.now();
        let entry = records.by_id.get(&OwnedId::from(id));
        Ok(entry.map(|entry| entry.record(now)))
    }

    fn purge(&self, limit: usize) -> Result<usize, Infallible> {
        let mut records = self.lock();
        let now = self.clock.now();
        let mut removed = 0;
        while removed < limit
            && let Some(first) = records.by_end.first_entry()
            && first.key().0 <= now
        {
            let id = first.remove();
            records.by_id.remove(&id);
            removed += 1;
        }
        Ok(removed)
    }
}
