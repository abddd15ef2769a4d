//! What to do about a record that is already there. Every store and driver, sync or async,
//! decides here.

use crate::{Claimed, Fingerprint, Record, RecordId, Rejection, Status};

/// What a call does about a record that was there before it.
#[derive(Debug)]
pub enum Decision {
    /// Its time or its lease is over: take it over and run.
    TakeOver,
    /// Give the stored value (nothing stored stands for `()`).
    Replay(Option<String>),
    /// Give the stored error.
    ReplayError(Option<String>),
    /// Refuse; write nothing.
    Reject(Rejection),
}

impl Decision {
    /// What a store answers to a claim, or nothing if the claim takes the record over.
    #[must_use]
    pub fn answer(self) -> Option<Claimed> {
        match self {
            Self::TakeOver => None,
            Self::Replay(result) => Some(Claimed::Replay(result)),
            Self::ReplayError(error) => Some(Claimed::ReplayError(error)),
            Self::Reject(rejection) => Some(Claimed::Rejected(rejection)),
        }
    }
}

/// Decides what a call with this fingerprint and result version does about a record.
///
/// The order matters. Time comes first, so that an expired record refuses nobody; then the
/// fingerprint, so that another request never learns what is stored under its key.
#[must_use]
pub fn decide(
    id: &RecordId<'_>,
    record: Record,
    fingerprint: &Fingerprint,
    result_version: i32,
) -> Decision {
    let leased = record.status == Status::Processing && record.lease.is_some();
    let lease_over = record.lease.is_none_or(|left| left.is_zero());
    if record.is_expired() && (!leased || lease_over) {
        return Decision::TakeOver;
    }
    if record.fingerprint != *fingerprint {
        return Decision::Reject(Rejection::KeyReused {
            operation: id.operation.to_owned(),
            key: id.key.clone(),
        });
    }
    match record.status {
        Status::Processing => match record.lease {
            Some(left) if left.is_zero() => Decision::TakeOver,
            Some(left) => Decision::Reject(Rejection::InFlight { retry_after: left }),
            // Nobody else's unfinished transaction can be seen: it is our own.
            None => Decision::Reject(Rejection::Recursive {
                operation: id.operation.to_owned(),
                key: id.key.clone(),
            }),
        },
        Status::Completed | Status::Failed if record.result_version != result_version => {
            Decision::Reject(Rejection::UnreadableResult {
                operation: id.operation.to_owned(),
                key: id.key.clone(),
                stored_version: record.result_version,
                expected_version: result_version,
                reason: "it was stored by another version of the operation".to_owned(),
            })
        }
        Status::Completed => Decision::Replay(record.result),
        Status::Failed => Decision::ReplayError(record.result),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IdempotencyKey;
    use std::time::Duration;

    fn record(status: Status) -> Record {
        Record {
            fingerprint: Fingerprint::from_bytes([1; 32]),
            status,
            token: [0; 16],
            result: Some("7".to_owned()),
            result_version: 1,
            attempt: 1,
            expires_in: Duration::from_secs(60),
            lease: None,
        }
    }

    fn decided(record: Record, fingerprint: u8, version: i32) -> Decision {
        let key = IdempotencyKey::generate();
        let id = RecordId {
            operation: "op",
            tenant: "",
            key: &key,
        };
        decide(
            &id,
            record,
            &Fingerprint::from_bytes([fingerprint; 32]),
            version,
        )
    }

    #[test]
    fn a_completed_call_replays() {
        assert!(
            matches!(decided(record(Status::Completed), 1, 1), Decision::Replay(Some(text)) if text == "7")
        );
    }

    #[test]
    fn a_recorded_error_replays_as_an_error() {
        assert!(matches!(
            decided(record(Status::Failed), 1, 1),
            Decision::ReplayError(Some(_))
        ));
    }

    #[test]
    fn other_arguments_are_refused_in_every_state() {
        for status in [Status::Processing, Status::Completed, Status::Failed] {
            let decision = decided(record(status), 2, 1);
            assert!(matches!(
                decision,
                Decision::Reject(Rejection::KeyReused { .. })
            ));
        }
    }

    #[test]
    fn an_expired_record_refuses_nobody() {
        for status in [Status::Completed, Status::Failed] {
            let expired = Record {
                expires_in: Duration::ZERO,
                ..record(status)
            };
            assert!(matches!(decided(expired, 2, 9), Decision::TakeOver));
        }
    }

    #[test]
    fn an_expired_record_under_a_live_lease_is_not_taken_over() {
        let leased = Record {
            expires_in: Duration::ZERO,
            lease: Some(Duration::from_secs(1)),
            ..record(Status::Processing)
        };
        assert!(matches!(
            decided(leased, 1, 1),
            Decision::Reject(Rejection::InFlight { .. })
        ));
    }

    #[test]
    fn a_lease_that_ran_out_is_taken_over() {
        let leased = Record {
            lease: Some(Duration::ZERO),
            ..record(Status::Processing)
        };
        assert!(matches!(decided(leased, 1, 1), Decision::TakeOver));
    }

    #[test]
    fn our_own_unfinished_claim_is_a_recursion() {
        let decision = decided(record(Status::Processing), 1, 1);
        assert!(matches!(
            decision,
            Decision::Reject(Rejection::Recursive { .. })
        ));
    }

    #[test]
    fn another_result_version_is_unreadable() {
        let decision = decided(record(Status::Completed), 1, 2);
        assert!(matches!(
            decision,
            Decision::Reject(Rejection::UnreadableResult {
                stored_version: 1,
                expected_version: 2,
                ..
            })
        ));
    }
}
