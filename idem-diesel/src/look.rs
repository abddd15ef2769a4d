//! Reading a record, and what it says to a call.

use crate::Error;
use crate::call::Call;
use crate::dialect::{Meaning, Token};
use crate::driver::Driver;
use crate::patience::Patience;
use crate::prepared::Prepared;
use crate::statement::RecordRow;
use idem_core::{Decision, Fingerprint, Record, RecordId, Rejection, decide};
use std::time::Duration;

/// Looks for an answer without a transaction.
pub(crate) async fn peek<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    patience: &mut Patience<'_>,
) -> Result<Option<Decision>, Error> {
    let found = loop {
        match look(driver, call, false).await {
            Err(Error::Database(error)) if driver.dialect().meaning(&error) == Meaning::Blocked => {
                patience.blocked(driver).await?;
            }
            other => break other?,
        }
    };
    Ok(match found {
        None | Some((Decision::TakeOver, _)) => None,
        Some((decision, _)) => Some(decision),
    })
}

/// Reads the record and decides about it; with the decision comes the record's token.
pub(crate) async fn look<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    in_transaction: bool,
) -> Result<Option<(Decision, Token)>, Error> {
    let statement = driver.dialect().read(&call.id, in_transaction);
    let Some(row) = driver.record(&statement).await?.into_iter().next() else {
        return Ok(None);
    };
    let record = record(call, row)?;
    let token = record.token;
    Ok(Some((
        decide(&call.id, record, &call.fingerprint, call.result_version),
        token,
    )))
}

fn record(call: &Call<'_>, row: RecordRow) -> Result<Record, Rejection> {
    let stored_version = i32::try_from(row.4).unwrap_or(i32::MAX);
    let unreadable = |reason: &dyn std::fmt::Display| Rejection::UnreadableResult {
        operation: call.id.operation.to_owned(),
        key: call.id.key.clone(),
        stored_version,
        expected_version: call.result_version,
        reason: reason.to_string(),
    };
    record_of(row, call.began.elapsed()).map_err(|error| unreadable(&error))
}

/// Reads a row as it is now, for nobody's call.
pub(crate) fn record_as_stored(id: &RecordId<'_>, row: RecordRow) -> Result<Record, Rejection> {
    let version = i32::try_from(row.4).unwrap_or(i32::MAX);
    record_of(row, Duration::ZERO).map_err(|reason| Rejection::UnreadableResult {
        operation: id.operation.to_owned(),
        key: id.key.clone(),
        stored_version: version,
        expected_version: version,
        reason,
    })
}

/// Reads a row, as it was for a call that has waited this long, and never guesses at what it
/// doesn't know.
fn record_of(row: RecordRow, waited: Duration) -> Result<Record, String> {
    let (fingerprint, status, token, result, version, attempt, left, lease) = row;
    let waited = i64::try_from(waited.as_micros()).unwrap_or(i64::MAX);
    let fingerprint: [u8; 32] = fingerprint
        .try_into()
        .map_err(|_| "its fingerprint isn't 32 bytes")?;
    Ok(Record {
        fingerprint: Fingerprint::from_bytes(fingerprint),
        status: status
            .parse()
            .map_err(|error: idem_core::UnknownStatus| error.to_string())?,
        token: token.try_into().map_err(|_| "its token isn't 16 bytes")?,
        result,
        result_version: i32::try_from(version).map_err(|error| error.to_string())?,
        attempt: i32::try_from(attempt).map_err(|error| error.to_string())?,
        expires_in: Duration::from_micros(u64::try_from(left.saturating_add(waited)).unwrap_or(0)),
        lease: lease
            .map(|milliseconds| Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))),
    })
}
