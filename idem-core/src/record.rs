//! The row that remembers a call.

use crate::{Fingerprint, IdempotencyKey, Rejection};
use std::fmt;
use std::time::Duration;

/// Which record: one per operation, tenant and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordId<'a> {
    /// The operation's stable name, 1 to [`RecordId::MAX_NAME`] bytes.
    pub operation: &'a str,
    /// Whose key it is, at most [`RecordId::MAX_NAME`] bytes; empty where there is only one tenant.
    pub tenant: &'a str,
    /// The caller's key.
    pub key: &'a IdempotencyKey,
}

impl RecordId<'_> {
    /// The longest operation or tenant, in bytes of UTF-8.
    pub const MAX_NAME: usize = 255;

    /// Checks the lengths that every store can hold. A name has no NUL either, since a PostgreSQL
    /// `text` can't hold one.
    ///
    /// ```
    /// use idem_core::{IdempotencyKey, RecordId, Rejection};
    ///
    /// let key = IdempotencyKey::generate();
    /// let id = RecordId { operation: "payments.charge", tenant: "", key: &key };
    /// assert!(id.check().is_ok());
    /// let nameless = RecordId { operation: "", ..id };
    /// assert!(matches!(nameless.check(), Err(Rejection::InvalidName { .. })));
    /// ```
    ///
    /// # Errors
    /// [`Rejection::InvalidName`] for an operation or a tenant that is too short or too long, or
    /// has a NUL in it.
    pub fn check(&self) -> Result<(), Rejection> {
        check_name("the operation", self.operation, 1)?;
        check_name("the tenant", self.tenant, 0)
    }
}

fn check_name(what: &'static str, name: &str, min: usize) -> Result<(), Rejection> {
    let max = RecordId::MAX_NAME;
    if (min..=max).contains(&name.len()) && !name.contains('\0') {
        return Ok(());
    }
    Err(Rejection::InvalidName {
        what,
        length: name.len(),
        min,
        max,
    })
}

/// How far the call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Somebody is at it.
    Processing,
    /// It succeeded; the record holds its value.
    Completed,
    /// It ended in an error that its operation declares final; the record holds the error.
    Failed,
}

/// A status in a record that this version doesn't know. It is never read as another one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown status {0:?} in a record")]
pub struct UnknownStatus(pub String);

impl Status {
    /// The word in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        [Self::Processing, Self::Completed, Self::Failed]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| UnknownStatus(word.to_owned()))
    }
}

/// What a store knows of one call, as far as a decision needs it.
///
/// Times are the store's own: it says how long is left, not when that is, so that the clock of
/// the process that asks plays no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What the first request said.
    pub fingerprint: Fingerprint,
    /// How far the call has come.
    pub status: Status,
    /// The fencing token of whoever claimed it last.
    pub token: [u8; 16],
    /// The encoded value or error; nothing for `()` or while the call runs.
    pub result: Option<String>,
    /// The version of the result's shape.
    pub result_version: i32,
    /// How often the call was started, from 1.
    pub attempt: i32,
    /// How long the record has still to live, by the store's clock; zero once its time is over.
    pub expires_in: Duration,
    /// How long the claim's lease has still to run, by the store's clock; zero once it is over,
    /// nothing for a claim that lives and dies with a transaction.
    pub lease: Option<Duration>,
}

impl Record {
    /// Whether the record's time is over, by the store's clock.
    #[must_use]
    pub const fn is_expired(&self) -> bool {
        self.expires_in.is_zero()
    }
}
