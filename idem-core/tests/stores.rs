//! The memory store keeps every promise, and the suite notices a store that breaks one.

use idem_core::testing::{BlockOn, Conformance, ManualClock, Violations};
use idem_core::{
    Blocking, Claim, Claimed, Clock, FencingToken, Fingerprint, MemoryStore, Record, RecordId,
    Rejection, Store, Write,
};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[test]
fn the_memory_store_keeps_every_promise() {
    let clock = ManualClock::default();
    Conformance::new(|| MemoryStore::with_clock(clock.clone()))
        .pass_time(|time| clock.advance(time))
        .run()
        .unwrap();
}

#[test]
fn the_memory_store_keeps_every_promise_as_an_async_store() {
    let clock = ManualClock::default();
    Conformance::new(|| BlockOn::new(Blocking(MemoryStore::with_clock(clock.clone()))))
        .pass_time(|time| clock.advance(time))
        .run()
        .unwrap();
}

#[test]
fn the_memory_store_keeps_every_promise_in_real_time() {
    idem_core::testing::conformance(MemoryStore::default).unwrap();
}

/// What a broken store gets wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    GrantsBesideARunningClaim,
    ChecksAndThenActs,
    NeverEndsALease,
    IgnoresTheToken,
    FencesOnlyCompletes,
    ForgetsTheFingerprint,
    ForgetsTheVersion,
    TakesEmptyForNothing,
    TakesAnErrorForAResult,
    CutsALongResult,
    NeverExpires,
    CountsFromTheClaimOnly,
    PurgesWhatIsLive,
    PurgesWithoutLimit,
    PurgesNothing,
    MiscountsAPurge,
    NeverRenews,
    NeverReleases,
    ReleasesByALapseOnly,
    StartsAttemptsAgain,
    JoinsNames,
    IgnoresCase,
    TrimsNames,
    CutsLongNames,
    ChecksNoNames,
    LooksUpNothing,
}

/// Its own clock, which a purge can put forward.
#[derive(Clone, Default)]
struct Skewed {
    clock: ManualClock,
    skewed: std::sync::Arc<AtomicBool>,
}

impl Clock for Skewed {
    fn now(&self) -> Duration {
        let skew = if self.skewed.load(Ordering::SeqCst) {
            100_000
        } else {
            0
        };
        self.clock.now() + Duration::from_secs(skew)
    }
}

struct Broken {
    store: MemoryStore<Skewed>,
    clock: Skewed,
    fault: Fault,
}

impl Broken {
    /// The names that the store takes for those given.
    fn names(&self, id: &RecordId<'_>) -> (String, String, idem_core::IdempotencyKey) {
        let (operation, tenant) = (id.operation.to_owned(), id.tenant.to_owned());
        let key = id.key.clone();
        match self.fault {
            Fault::JoinsNames => (format!("{operation}:{tenant}"), String::new(), key),
            Fault::IgnoresCase => {
                let key = key.as_str().to_lowercase().parse().unwrap_or(key);
                (operation.to_lowercase(), tenant.to_lowercase(), key)
            }
            Fault::TrimsNames if !operation.trim().is_empty() => {
                (operation.trim().to_owned(), tenant.trim().to_owned(), key)
            }
            Fault::CutsLongNames => {
                let cut = |name: String| name[..name.floor_char_boundary(255)].to_owned();
                (cut(operation), cut(tenant), key)
            }
            Fault::ChecksNoNames => {
                let safe = |name: String| name.replace('\0', " ").chars().take(60).collect();
                (format!("-{}", safe(operation) as String), safe(tenant), key)
            }
            _ => (operation, tenant, key),
        }
    }

    /// The token that the store goes by.
    fn token(&self, id: &RecordId<'_>, token: &FencingToken) -> FencingToken {
        match self.store.lookup(id) {
            Ok(Some(record)) => FencingToken {
                id: record.token,
                ..*token
            },
            _ => *token,
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

macro_rules! with_id {
    ($self:ident, $id:expr, |$new:ident| $body:expr) => {{
        let (operation, tenant, key) = $self.names($id);
        let $new = RecordId {
            operation: &operation,
            tenant: &tenant,
            key: &key,
        };
        $body
    }};
}

impl Store for Broken {
    type Error = Infallible;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Infallible> {
        with_id!(self, &claim.id, |id| {
            let mut claim = Claim { id, ..*claim };
            match self.fault {
                Fault::ForgetsTheFingerprint => {
                    claim.fingerprint = Fingerprint::from_bytes([0; 32])
                }
                Fault::ForgetsTheVersion => claim.result_version = 0,
                Fault::NeverExpires => claim.ttl *= 100_000,
                Fault::NeverEndsALease => claim.lease *= 100_000,
                _ => {}
            }
            if self.is(Fault::ChecksAndThenActs) && self.store.lookup(&id)?.is_none() {
                thread::sleep(Duration::from_millis(1));
                let token = FencingToken {
                    id: *uuid::Uuid::new_v4().as_bytes(),
                    attempt: 1,
                };
                return Ok(match self.store.claim(&claim)? {
                    Claimed::Rejected(Rejection::InFlight { .. }) => Claimed::Granted(token),
                    other => other,
                });
            }
            match self.store.claim(&claim)? {
                Claimed::Rejected(Rejection::InFlight { .. })
                    if self.is(Fault::GrantsBesideARunningClaim) =>
                {
                    let token = FencingToken {
                        id: [0; 16],
                        attempt: 9,
                    };
                    Ok(Claimed::Granted(self.token(&id, &token)))
                }
                Claimed::Granted(token) if self.is(Fault::StartsAttemptsAgain) => {
                    Ok(Claimed::Granted(FencingToken {
                        attempt: 1,
                        ..token
                    }))
                }
                other => Ok(other),
            }
        })
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Infallible> {
        with_id!(self, id, |id| {
            let result = match self.fault {
                Fault::TakesEmptyForNothing => result.filter(|result| !result.is_empty()),
                Fault::CutsALongResult => {
                    result.map(|result| &result[..result.floor_char_boundary(65_535)])
                }
                _ => result,
            };
            let expired = self
                .store
                .lookup(&id)?
                .is_some_and(|record| record.is_expired());
            if self.is(Fault::CountsFromTheClaimOnly) && expired {
                return Ok(Write::LostClaim);
            }
            let token = match self.fault {
                Fault::IgnoresTheToken => self.token(&id, token),
                _ => *token,
            };
            self.store.complete(&id, &token, result)
        })
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Infallible> {
        with_id!(self, id, |id| match self.fault {
            Fault::TakesAnErrorForAResult => self.store.complete(&id, token, error),
            _ => self.store.fail(&id, token, error),
        })
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Infallible> {
        with_id!(self, id, |id| match self.fault {
            Fault::NeverReleases => Ok(Write::Done),
            Fault::ReleasesByALapseOnly => self.store.renew(&id, token, Duration::ZERO),
            Fault::FencesOnlyCompletes => self.store.release(&id, &self.token(&id, token)),
            _ => self.store.release(&id, token),
        })
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Infallible> {
        with_id!(self, id, |id| match self.fault {
            Fault::NeverRenews => Ok(Write::Done),
            _ => self.store.renew(&id, token, lease),
        })
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Infallible> {
        if self.is(Fault::LooksUpNothing) {
            return Ok(None);
        }
        with_id!(self, id, |id| self.store.lookup(&id))
    }

    fn purge(&self, limit: usize) -> Result<usize, Infallible> {
        match self.fault {
            Fault::PurgesWithoutLimit => self.store.purge(usize::MAX),
            Fault::PurgesNothing => Ok(0),
            Fault::MiscountsAPurge => Ok(self.store.purge(limit)?.min(1)),
            Fault::PurgesWhatIsLive => {
                self.clock.skewed.store(true, Ordering::SeqCst);
                let removed = self.store.purge(limit);
                self.clock.skewed.store(false, Ordering::SeqCst);
                removed
            }
            _ => self.store.purge(limit),
        }
    }
}

fn check(fault: Fault) -> Result<(), Violations> {
    let clock = Skewed::default();
    Conformance::new(|| Broken {
        store: MemoryStore::with_clock(clock.clone()),
        clock: clock.clone(),
        fault,
    })
    .pass_time(|time| clock.clock.advance(time))
    .run()
}

#[track_caller]
#[expect(clippy::panic, reason = "a failure here fails the test")]
fn is_caught(fault: Fault, promise: &str) {
    let Err(Violations(broken)) = check(fault) else {
        panic!("{fault:?} passes the suite");
    };
    let promises: Vec<_> = broken.iter().map(|broken| broken.promise).collect();
    assert!(
        promises.contains(&promise),
        "{fault:?} is only noticed as {promises:#?}"
    );
}

#[test]
fn a_store_that_lets_two_run_is_caught() {
    is_caught(
        Fault::GrantsBesideARunningClaim,
        "a claim is in flight while another holds the record",
    );
    is_caught(
        Fault::ChecksAndThenActs,
        "one of many racers is granted a new record",
    );
}

#[test]
fn a_store_without_fencing_is_caught() {
    is_caught(Fault::IgnoresTheToken, "a late worker is fenced off");
    is_caught(
        Fault::IgnoresTheToken,
        "a late worker never wins against whoever takes over",
    );
    is_caught(Fault::FencesOnlyCompletes, "a late worker is fenced off");
    is_caught(
        Fault::StartsAttemptsAgain,
        "a lease that is over is taken over, as a higher attempt",
    );
}

#[test]
fn a_store_that_mishandles_leases_is_caught() {
    is_caught(
        Fault::NeverEndsALease,
        "a lease that is over is taken over, as a higher attempt",
    );
    is_caught(Fault::NeverRenews, "a renewed lease holds");
    is_caught(
        Fault::NeverReleases,
        "a released record is free at once, for any request",
    );
    is_caught(
        Fault::ReleasesByALapseOnly,
        "a released record is free at once, for any request",
    );
}

#[test]
fn a_store_that_answers_another_request_is_caught() {
    is_caught(
        Fault::ForgetsTheFingerprint,
        "other arguments are refused, and change nothing",
    );
    is_caught(
        Fault::ForgetsTheVersion,
        "another result version is refused, and changes nothing",
    );
}

#[test]
fn a_store_that_changes_results_is_caught() {
    let promise = "a result is replayed as it was stored";
    is_caught(Fault::TakesEmptyForNothing, promise);
    is_caught(Fault::CutsALongResult, promise);
    is_caught(
        Fault::TakesAnErrorForAResult,
        "a final error is replayed as an error",
    );
    is_caught(Fault::LooksUpNothing, "a lookup tells and changes nothing");
}

#[test]
fn a_store_that_keeps_records_too_long_or_too_short_is_caught() {
    is_caught(Fault::NeverExpires, "an expired record refuses nobody");
    is_caught(
        Fault::CountsFromTheClaimOnly,
        "a record lives for its time, counted anew from its end",
    );
    is_caught(
        Fault::PurgesWhatIsLive,
        "a purge never touches what is live",
    );
    is_caught(
        Fault::PurgesWithoutLimit,
        "a purge removes what is over, in batches",
    );
    is_caught(
        Fault::PurgesNothing,
        "a purge removes what is over, in batches",
    );
    is_caught(
        Fault::MiscountsAPurge,
        "purges at one time remove each record once",
    );
}

#[test]
fn a_store_that_mixes_up_names_is_caught() {
    let promise = "operations, tenants and keys are told apart byte by byte";
    is_caught(Fault::JoinsNames, promise);
    is_caught(Fault::IgnoresCase, promise);
    is_caught(Fault::TrimsNames, promise);
    let promise = "a name that can't be stored is refused, and nothing is written";
    is_caught(Fault::CutsLongNames, promise);
    is_caught(Fault::ChecksNoNames, promise);
}

#[test]
fn what_was_broken_is_told() {
    let told = check(Fault::NeverRenews).unwrap_err().to_string();
    assert!(told.starts_with("the store breaks "), "{told}");
    assert!(told.contains("\n- a renewed lease holds: "), "{told}");
}
