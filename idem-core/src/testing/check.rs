//! What a check has to work with.

use crate::{
    Claim, Claimed, FencingToken, Fingerprint, IdempotencyKey, Record, RecordId, Rejection, Store,
    Write,
};
use std::fmt::Debug;
use std::time::Duration;

/// Longer than any check takes.
pub(super) const LONG: Duration = Duration::from_secs(3600);
/// Over after [`Check::outlast`].
pub(super) const BRIEF: Duration = Duration::from_millis(250);

/// What a check finds: nothing, or what the store did wrong.
pub(super) type Checked = Result<(), String>;

/// A promise, and the check of it.
pub(super) type Promise<S> = (&'static str, fn(&Check<'_, S>) -> Checked);

/// Says what is wrong, unless something is so.
macro_rules! ensure {
    ($condition:expr, $($message:tt)*) => {
        if !$condition {
            return Err(format!($($message)*));
        }
    };
}
pub(super) use ensure;

/// A call that a check makes.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) operation: String,
    pub(super) tenant: String,
    pub(super) key: IdempotencyKey,
    fingerprint: Fingerprint,
    version: i32,
    lease: Duration,
    ttl: Duration,
}

impl Call {
    /// A call under a key of its own. Its lease and its record last.
    pub(super) fn new() -> Self {
        Self {
            operation: "idem.conformance".to_owned(),
            tenant: "tenant".to_owned(),
            key: IdempotencyKey::generate(),
            fingerprint: Fingerprint::from_bytes([1; 32]),
            version: 1,
            lease: LONG,
            ttl: LONG,
        }
    }

    /// The same call with other arguments.
    pub(super) fn other_arguments(&self) -> Self {
        let fingerprint = Fingerprint::from_bytes([2; 32]);
        Self {
            fingerprint,
            ..self.clone()
        }
    }

    pub(super) fn version(&self, version: i32) -> Self {
        Self {
            version,
            ..self.clone()
        }
    }

    pub(super) fn lease(&self, lease: Duration) -> Self {
        Self {
            lease,
            ..self.clone()
        }
    }

    pub(super) fn ttl(&self, ttl: Duration) -> Self {
        Self {
            ttl,
            ..self.clone()
        }
    }

    pub(super) fn id(&self) -> RecordId<'_> {
        RecordId {
            operation: &self.operation,
            tenant: &self.tenant,
            key: &self.key,
        }
    }
}

/// The store to check, and how to let time pass for it.
pub(super) struct Check<'a, S> {
    pub(super) store: &'a S,
    pub(super) pass_time: &'a dyn Fn(Duration),
    pub(super) expires_by_itself: bool,
}

impl<S: Store> Check<'_, S> {
    /// Lets what lasts for [`BRIEF`] end.
    pub(super) fn outlast(&self) {
        (self.pass_time)(BRIEF * 2);
    }

    pub(super) fn claim(&self, call: &Call) -> Result<Claimed, String> {
        claim(self.store, call)
    }

    /// Claims what has to be granted.
    pub(super) fn granted(&self, call: &Call) -> Result<FencingToken, String> {
        match self.claim(call)? {
            Claimed::Granted(token) => Ok(token),
            other => Err(format!(
                "a claim had to be granted, and was answered {other:?}"
            )),
        }
    }

    /// Claims what has to be in flight, and gives how long to wait.
    pub(super) fn in_flight(&self, call: &Call) -> Result<Duration, String> {
        match self.claim(call)? {
            Claimed::Rejected(Rejection::InFlight { retry_after }) => Ok(retry_after),
            other => Err(format!(
                "a claim had to be in flight, and was answered {other:?}"
            )),
        }
    }

    /// Claims what has to be replayed.
    pub(super) fn replays(&self, call: &Call, expected: Option<&str>) -> Checked {
        match self.claim(call)? {
            Claimed::Replay(result) if result.as_deref() == expected => Ok(()),
            other => Err(format!(
                "{expected:?} had to be replayed; the answer was {other:?}"
            )),
        }
    }

    /// Claims what has to be replayed as an error.
    pub(super) fn replays_error(&self, call: &Call, expected: Option<&str>) -> Checked {
        match self.claim(call)? {
            Claimed::ReplayError(error) if error.as_deref() == expected => Ok(()),
            other => Err(format!(
                "the error {expected:?} had to be replayed; the answer was {other:?}"
            )),
        }
    }

    pub(super) fn complete(
        &self,
        call: &Call,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, String> {
        known(self.store.complete(&call.id(), token, result))
    }

    pub(super) fn fail(
        &self,
        call: &Call,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, String> {
        known(self.store.fail(&call.id(), token, error))
    }

    pub(super) fn release(&self, call: &Call, token: &FencingToken) -> Result<Write, String> {
        known(self.store.release(&call.id(), token))
    }

    pub(super) fn renew(
        &self,
        call: &Call,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, String> {
        known(self.store.renew(&call.id(), token, lease))
    }

    /// Runs a call that has to be granted, to its end.
    pub(super) fn run(&self, call: &Call, result: &str) -> Result<FencingToken, String> {
        let token = self.granted(call)?;
        done(self.complete(call, &token, Some(result))?)?;
        Ok(token)
    }

    /// The record, which has to be there.
    pub(super) fn record(&self, call: &Call) -> Result<Record, String> {
        known(self.store.lookup(&call.id()))?.ok_or_else(|| "there is no record".to_owned())
    }

    pub(super) fn is_absent(&self, call: &Call) -> Checked {
        match known(self.store.lookup(&call.id()))? {
            None => Ok(()),
            Some(record) => Err(format!(
                "there had to be no record, and there is {record:?}"
            )),
        }
    }

    /// Purges, and has to remove just so many.
    pub(super) fn purges(&self, limit: usize, expected: usize) -> Checked {
        let removed = known(self.store.purge(limit))?;
        ensure!(
            removed == expected,
            "a purge of {limit} removed {removed} records, not {expected}"
        );
        Ok(())
    }

    /// Purges, and has to remove just so many that are over, unless they went by themselves.
    pub(super) fn purges_over(&self, limit: usize, expected: usize) -> Checked {
        let expected = if self.expires_by_itself { 0 } else { expected };
        self.purges(limit, expected)
    }

    /// The record has to be over: gone, or there and expired.
    pub(super) fn is_over(&self, call: &Call) -> Checked {
        if self.expires_by_itself {
            return self.is_absent(call);
        }
        let record = self.record(call)?;
        ensure!(record.is_expired(), "an expired record is {record:?}");
        Ok(())
    }

    /// The attempt that has to follow an expired record's: the first one of a new record, where
    /// the old one went by itself.
    pub(super) fn attempt_after_expiry(&self, expired: i32) -> i32 {
        if self.expires_by_itself {
            1
        } else {
            expired + 1
        }
    }

    /// Every write with this token has to be refused.
    pub(super) fn is_fenced_off(&self, call: &Call, token: &FencingToken) -> Checked {
        lost("a complete", self.complete(call, token, Some("late"))?)?;
        lost("a fail", self.fail(call, token, Some("late"))?)?;
        lost("a release", self.release(call, token)?)?;
        lost("a renew", self.renew(call, token, LONG)?)
    }
}

/// A store may fail, but not under these checks.
pub(super) fn known<T, E: Debug>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| format!("the store failed: {error:?}"))
}

pub(super) fn claim<S: Store>(store: &S, call: &Call) -> Result<Claimed, String> {
    known(store.claim(&Claim {
        id: call.id(),
        fingerprint: call.fingerprint,
        result_version: call.version,
        lease: call.lease,
        ttl: call.ttl,
    }))
}

pub(super) fn done(write: Write) -> Checked {
    ensure!(
        write == Write::Done,
        "a write with the claim's own token was answered {write:?}"
    );
    Ok(())
}

pub(super) fn lost(what: &str, write: Write) -> Checked {
    ensure!(
        write == Write::LostClaim,
        "{what} without a claim was answered {write:?}"
    );
    Ok(())
}
