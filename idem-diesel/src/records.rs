//! Looking at records, and forgetting one: for tests, support and operators.

use crate::connection::IdempotentConnection;
use crate::driver::{Blocking, now};
use crate::{Error, admin};
use idem_core::{Record, RecordId};

/// A record as it is stored. Times are in ISO 8601 and UTC, by the database's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredRecord {
    /// What a decision is based on.
    pub record: Record,
    /// When the call that the record remembers claimed its key.
    pub created_at: String,
    /// When it ended.
    pub completed_at: Option<String>,
    /// From when on the key is as good as new.
    pub expires_at: String,
    /// Until when a durable operation's claim holds.
    pub lease_until: Option<String>,
}

/// How many records an operation has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationStats {
    /// The operation's name.
    pub operation: String,
    /// How many calls succeeded.
    pub completed: u64,
    /// How many ended in an error that is kept.
    pub failed: u64,
    /// How many were left half way: by a body that committed, or inside this transaction. One that
    /// runs is not seen from outside.
    pub processing: u64,
    /// How many of all these are expired and wait for a purge.
    pub expired: u64,
}

/// Reads one record, expired or not. What others haven't committed is not seen.
///
/// # Errors
/// When a name is too long or the database fails.
pub fn get<C: IdempotentConnection>(
    conn: &mut C,
    id: &RecordId<'_>,
) -> Result<Option<StoredRecord>, Error> {
    now(admin::get(&mut Blocking::new(conn), id))
}

/// Deletes one record, so that its key is as good as new, and says whether there was one. A record
/// that is being worked on is left alone.
///
/// The next call with this key will run the operation *again*: this is for an operator who knows
/// that it should.
///
/// # Errors
/// When a name is too long or the database fails.
pub fn forget<C: IdempotentConnection>(conn: &mut C, id: &RecordId<'_>) -> Result<bool, Error> {
    now(admin::forget(&mut Blocking::new(conn), id))
}

/// Counts the records of every operation. Reads the whole table.
///
/// # Errors
/// When the database fails.
pub fn stats<C: IdempotentConnection>(conn: &mut C) -> Result<Vec<OperationStats>, Error> {
    now(admin::stats(&mut Blocking::new(conn)))
}
