//! Why a call was refused.

use crate::{FingerprintError, IdempotencyKey, InvalidKey};
use serde::Serialize;
use std::time::Duration;

/// Why a call was refused. Nothing was written for it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The request came without a key. Send one.
    #[error("this operation needs an idempotency key")]
    MissingKey,
    /// The key is malformed. Mend it and send again.
    #[error(transparent)]
    InvalidKey(#[from] InvalidKey),
    /// The operation's or the tenant's name is too short or too long, or has a NUL in it. Mend the code.
    // MySQL without strict mode would cut a long name short, and two names would be one.
    #[error("{what} has {length} bytes; it takes {min} to {max}, and no NUL among them")]
    InvalidName {
        /// Which name.
        what: &'static str,
        /// How many bytes it has.
        length: usize,
        /// The fewest it may have.
        min: usize,
        /// The most it may have.
        max: usize,
    },
    /// An argument's own `Serialize` failed, so that this request can't be told from another.
    #[error(transparent)]
    InvalidArguments(#[from] FingerprintError),
    /// The key was used before, with other arguments. Send a new key for a new request; the
    /// first one's answer is still there.
    #[error("idempotency key {key} was already used for {operation} with other arguments")]
    KeyReused {
        /// The operation.
        operation: String,
        /// The key.
        key: IdempotencyKey,
    },
    /// Another call with this key is running. Send the same request again after `retry_after`.
    #[error("a call with this idempotency key is still running; retry in {retry_after:?}")]
    InFlight {
        /// How long to wait before the next try.
        retry_after: Duration,
    },
    /// The operation called itself, with the key that it is running under. Mend the code: give
    /// the inner call a key of its own, such as [`IdempotencyKey::derived`]. Or else a body committed
    /// half way, by SQL of its own or by DDL on MySQL, and its record was left unfinished: look at
    /// what was done, and then forget the record.
    #[error(
        "the record of {operation} under idempotency key {key} is unfinished, and nobody is at work on it: \
         the operation called itself with its own key, or its body committed half way"
    )]
    Recursive {
        /// The operation.
        operation: String,
        /// The key.
        key: IdempotencyKey,
    },
    /// There is a result, but it can't be read as this version's type. It is kept; the operation
    /// is not run again. Read it with the version that wrote it, or forget the record.
    #[error(
        "the result of {operation} under idempotency key {key} can't be read: {reason} \
         (stored as version {stored_version}, wanted {expected_version})"
    )]
    UnreadableResult {
        /// The operation.
        operation: String,
        /// The key.
        key: IdempotencyKey,
        /// The version it was stored as.
        stored_version: i32,
        /// The version this code reads.
        expected_version: i32,
        /// What is wrong with it.
        reason: String,
    },
    /// The result can't be stored, so that no later call could be given it. Everything was rolled back.
    #[error("the result of {operation} can't be stored: {reason}")]
    UnstorableResult {
        /// The operation.
        operation: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The encoded result is longer than the operation allows. Everything was rolled back.
    #[error("the result of {operation} has {length} bytes; at most {max} are stored")]
    ResultTooLarge {
        /// The operation.
        operation: String,
        /// How many bytes it has.
        length: usize,
        /// How many it may have.
        max: usize,
    },
    /// At the end, the claim was no longer ours, so the transaction was rolled back. Mend the body:
    /// pass database errors on, and leave `COMMIT` and `ROLLBACK` alone. What it wrote after it had
    /// ended the transaction by a statement of its own may be committed all the same (and on SQLite,
    /// what it wrote before its own `COMMIT`); so may, on SQLite, and on MySQL inside a transaction
    /// of the caller's, what it wrote after it had swallowed an error that ended it.
    #[error("{operation} was not completed: {lost}")]
    LostClaim {
        /// The operation.
        operation: String,
        /// How it was lost.
        lost: Lost,
    },
    /// The call can't run inside the transaction that is already open on its connection.
    #[error("{operation} can't run inside an open transaction: {reason}")]
    Nested {
        /// The operation.
        operation: String,
        /// Why not.
        reason: &'static str,
    },
}

/// How a claim was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// The record is gone or another's: the transaction it was written in has ended, because the
    /// body ended it, or swallowed an error that did.
    NotOurs,
    /// The body swallowed a database error that aborted the transaction. Pass it on with `?`.
    Aborted,
    /// The body left a transaction open that it had begun, or ended one that it hadn't.
    OpenTransaction,
    /// An answer of the database went astray: a query on the connection was dropped, in the body or
    /// before the call, and the driver gives its answer to the next one. Put a timeout round the
    /// call instead.
    Unanswered,
    /// Its lease ran out before it had ended, or the store couldn't be told in time how it ended; what it
    /// has done is not known. Send the same request again: it is answered with what was stored, or
    /// the operation is run again.
    Lease,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotOurs => {
                "its transaction had ended, as after a database error that the body swallowed"
            }
            Self::Aborted => "the body swallowed a database error that aborted the transaction",
            Self::OpenTransaction => {
                "the body left a transaction open, or ended one that wasn't its own"
            }
            Self::Unanswered => {
                "an answer of the database went astray, as after a query that was dropped before its answer came"
            }
            Self::Lease => {
                "its lease ran out before its end was stored; send the same request again"
            }
        })
    }
}

/// A refusal as an HTTP problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// A stable URI that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind of problem in a few words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// This problem in particular.
    pub detail: String,
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub const fn new(kind: &'static str, title: &'static str, status: u16, detail: String) -> Self {
        Self {
            kind,
            title,
            status,
            detail,
        }
    }
}

impl Rejection {
    /// The HTTP status for this refusal, as the
    /// [Idempotency-Key draft](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/) has it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::MissingKey | Self::InvalidKey(_) => 400,
            Self::InFlight { .. } => 409,
            Self::KeyReused { .. } | Self::InvalidArguments(_) => 422,
            Self::LostClaim { .. } if self.is_retryable() => 503,
            Self::InvalidName { .. }
            | Self::Recursive { .. }
            | Self::UnreadableResult { .. }
            | Self::UnstorableResult { .. }
            | Self::ResultTooLarge { .. }
            | Self::LostClaim { .. }
            | Self::Nested { .. } => 500,
        }
    }

    /// Whether the same request, sent again unchanged, may succeed.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::InFlight { .. } => true,
            // Otherwise nobody knows what the body wrote after its transaction had ended; after a
            // lease, the store knows.
            Self::LostClaim { lost, .. } => {
                matches!(lost, Lost::Aborted | Lost::Unanswered | Lost::Lease)
            }
            _ => false,
        }
    }

    /// How long to wait before the next try, where it is known (HTTP `Retry-After`).
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::InFlight { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// The refusal as an HTTP problem document. What the code got wrong, as against the request,
    /// is not told to the caller in detail.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let (kind, title) = match self {
            Self::MissingKey => ("urn:idem:missing-key", "Idempotency key missing"),
            Self::InvalidKey(_) => ("urn:idem:invalid-key", "Idempotency key malformed"),
            Self::KeyReused { .. } => ("urn:idem:key-reused", "Idempotency key already used"),
            Self::InFlight { .. } => ("urn:idem:in-flight", "Request already in progress"),
            Self::InvalidArguments(_) => {
                ("urn:idem:invalid-arguments", "Request can't be identified")
            }
            Self::UnreadableResult { .. } => {
                ("urn:idem:unreadable-result", "Stored result unreadable")
            }
            Self::UnstorableResult { .. } => {
                ("urn:idem:unstorable-result", "Result can't be stored")
            }
            Self::ResultTooLarge { .. } => ("urn:idem:result-too-large", "Result too large"),
            Self::LostClaim { .. } => ("urn:idem:lost-claim", "Request not completed"),
            Self::InvalidName { .. } | Self::Recursive { .. } | Self::Nested { .. } => {
                ("urn:idem:misuse", "Operation misconfigured")
            }
        };
        let status = self.status();
        let detail = if status == 500 {
            match self {
                Self::UnreadableResult { .. } => {
                    "An earlier request with this key was completed, but its result can't be read."
                }
                _ => "The server can't process this request.",
            }
            .to_owned()
        } else {
            self.to_string()
        };
        Problem {
            kind,
            title,
            status,
            detail,
        }
    }
}
