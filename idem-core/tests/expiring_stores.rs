//! The suite checks stores that remove records by themselves as strictly as any other.
#![expect(clippy::unwrap_used, reason = "that is how a test fails")]

use idem_core::testing::{Conformance, ManualClock, Violations};
use idem_core::{
    Claim, Claimed, FencingToken, IdempotencyKey, MemoryStore, Record, RecordId, Store, Write,
};
use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

/// A memory store that removes records by itself, and what it gets wrong, if anything.
struct Expiring {
    store: MemoryStore<ManualClock>,
    lapse: Option<Lapse>,
    forgotten: Mutex<HashSet<IdempotencyKey>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Lapse {
    KeepsWhatIsOver,
    RemovesByTimeAlone,
    RemovesWhatIsReleased,
    RevivesWhatIsGone,
    CountsWhatWentByItself,
}

impl Expiring {
    fn store(&self) -> &MemoryStore<ManualClock> {
        let Ok(_) = self.store.purge(match self.lapse {
            Some(Lapse::KeepsWhatIsOver | Lapse::CountsWhatWentByItself) => 0,
            _ => usize::MAX,
        });
        &self.store
    }

    fn has(&self, lapse: Lapse) -> bool {
        self.lapse == Some(lapse)
    }

    /// Where the record is: elsewhere once it is forgotten.
    fn place<'a>(&self, id: &RecordId<'a>) -> RecordId<'a> {
        let forgotten = self.forgotten.lock().unwrap().contains(id.key);
        RecordId {
            tenant: if forgotten { "again" } else { id.tenant },
            ..*id
        }
    }

    fn finished(&self, id: &RecordId<'_>, write: Write) -> Write {
        let Ok(record) = self.store().lookup(id);
        match write {
            Write::LostClaim if self.has(Lapse::RevivesWhatIsGone) && record.is_none() => {
                Write::Done
            }
            write => write,
        }
    }
}

impl Store for Expiring {
    type Error = Infallible;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Infallible> {
        let mut claim = Claim {
            id: self.place(&claim.id),
            ..*claim
        };
        if self.has(Lapse::RemovesByTimeAlone) {
            claim.lease = claim.lease.min(claim.ttl);
        }
        self.store().claim(&claim)
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Infallible> {
        let id = self.place(id);
        let write = self.store().complete(&id, token, result)?;
        Ok(self.finished(&id, write))
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Infallible> {
        let id = self.place(id);
        let write = self.store().fail(&id, token, error)?;
        Ok(self.finished(&id, write))
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Infallible> {
        let write = self.store().release(&self.place(id), token)?;
        if self.has(Lapse::RemovesWhatIsReleased) && write == Write::Done {
            self.forgotten.lock().unwrap().insert(id.key.clone());
        }
        Ok(write)
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Infallible> {
        self.store().renew(&self.place(id), token, lease)
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Infallible> {
        self.store().lookup(&self.place(id))
    }

    fn purge(&self, limit: usize) -> Result<usize, Infallible> {
        match self.lapse {
            Some(Lapse::CountsWhatWentByItself) => self.store.purge(limit),
            _ => Ok(0),
        }
    }
}

fn check_expiring(lapse: Option<Lapse>) -> Conformance<'static, Expiring> {
    let clock = ManualClock::default();
    let passing = clock.clone();
    Conformance::new(move || Expiring {
        store: MemoryStore::with_clock(clock.clone()),
        lapse,
        forgotten: Mutex::default(),
    })
    .pass_time(move |time| passing.advance(time))
}

#[test]
fn a_store_may_remove_records_by_itself_if_it_says_so() {
    check_expiring(None).expires_by_itself().run().unwrap();
    let Violations(broken) = check_expiring(None).run().unwrap_err();
    let promises: Vec<_> = broken.iter().map(|broken| broken.promise).collect();
    assert!(
        promises.contains(&"a purge removes what is over, in batches"),
        "{promises:#?}"
    );
}

#[test]
fn a_store_that_only_says_that_records_go_by_themselves_is_caught() {
    let clock = ManualClock::default();
    let checks = Conformance::new(|| MemoryStore::with_clock(clock.clone()))
        .pass_time(|time| clock.advance(time))
        .expires_by_itself();
    assert!(checks.run().is_err());
}

#[test]
fn a_store_that_removes_records_wrongly_is_caught() {
    for (lapse, promise) in [
        (Lapse::KeepsWhatIsOver, "an expired record refuses nobody"),
        (
            Lapse::RemovesByTimeAlone,
            "a running lease outlives its record's time",
        ),
        (
            Lapse::RemovesWhatIsReleased,
            "a released record is free at once, for any request",
        ),
        (
            Lapse::RemovesWhatIsReleased,
            "an attempt rises across a release and a purge",
        ),
        (
            Lapse::RevivesWhatIsGone,
            "a running lease outlives its record's time",
        ),
        (
            Lapse::CountsWhatWentByItself,
            "a purge removes what is over, in batches",
        ),
    ] {
        let Err(Violations(broken)) = check_expiring(Some(lapse)).expires_by_itself().run() else {
            panic!("{lapse:?} passes the suite");
        };
        let promises: Vec<_> = broken.iter().map(|broken| broken.promise).collect();
        assert!(
            promises.contains(&promise),
            "{lapse:?} is only noticed as {promises:#?}"
        );
    }
}
