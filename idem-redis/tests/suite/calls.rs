//! Calls that the tests make.

use idem_core::{Claim, Claimed, FencingToken, Fingerprint, IdempotencyKey, RecordId, Rejection};
use idem_redis::{Error, Options};
use std::time::Duration;

pub(crate) const LONG: Duration = Duration::from_secs(3600);

/// A prefix that nobody else uses, so that a store over a shared server is a fresh one.
pub(crate) fn fresh() -> Options {
    Options::default().prefix(format!("idem-test:{}", IdempotencyKey::generate()))
}

/// A call whose lease and record last.
pub(crate) fn claim(key: &IdempotencyKey) -> Claim<'_> {
    Claim {
        id: RecordId {
            operation: "idem.redis",
            tenant: "tenant",
            key,
        },
        fingerprint: Fingerprint::from_bytes([1; 32]),
        result_version: 1,
        lease: LONG,
        ttl: LONG,
    }
}

#[track_caller]
pub(crate) fn granted(answer: Result<Claimed, Error>) -> FencingToken {
    match answer.unwrap() {
        Claimed::Granted(token) => token,
        other => panic!("a claim had to be granted, and was answered {other:?}"),
    }
}

#[track_caller]
pub(crate) fn replayed(answer: Result<Claimed, Error>) -> Option<String> {
    match answer.unwrap() {
        Claimed::Replay(result) => result,
        other => panic!("a claim had to be replayed, and was answered {other:?}"),
    }
}

pub(crate) fn is_in_flight(answer: &Result<Claimed, Error>) -> bool {
    matches!(answer, Ok(Claimed::Rejected(Rejection::InFlight { .. })))
}

/// What has to be answered to a call that can't be protected: 503.
#[track_caller]
pub(crate) fn is_unavailable<T: std::fmt::Debug>(answer: Result<T, Error>) {
    match answer {
        Err(error @ Error::Unavailable(_)) => {
            assert_eq!(error.status(), 503);
            assert!(std::error::Error::source(&error).is_some());
        }
        other => panic!("Redis is gone, and the answer was {other:?}"),
    }
}
