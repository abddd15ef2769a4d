//! What the store does with a connection; written once for sync and async.

use super::sql::LeasedStatements as _;
use crate::dialect::{Meaning, Token};
use crate::driver::Driver;
use crate::look::record_as_stored;
use crate::transaction::depth;
use crate::{Error, admin};
use diesel::result::Error as DieselError;
use idem_core::{Claim, Claimed, FencingToken, Record, RecordId, Rejection, Status, Write, decide};
use std::time::Duration;
use uuid::Uuid;

/// How a claim ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) status: Status,
    pub(crate) result: Option<&'a str>,
}

impl<'a> End<'a> {
    pub(crate) const fn new(status: Status, result: Option<&'a str>) -> Self {
        Self { status, result }
    }
}

pub(crate) async fn claim<D: Driver>(driver: &mut D, claim: &Claim<'_>) -> Result<Claimed, Error> {
    if let Err(rejection) = claim.id.check() {
        return Ok(Claimed::Rejected(rejection));
    }
    commits_by_itself(driver, &claim.id)?;
    let id = Uuid::new_v4().into_bytes();
    loop {
        let insert = driver.dialect().claim_leased(claim, &id);
        let rows = admin::write(driver, &insert).await;
        if inserted(driver, rows)? {
            return Ok(Claimed::Granted(FencingToken { id, attempt: 1 }));
        }
        // It may be purged meanwhile: then the next insert finds nothing in its way.
        let Some(record) = read(driver, &claim.id).await? else {
            continue;
        };
        let (token, attempt) = (record.token, record.attempt.saturating_add(1));
        let decision = decide(&claim.id, record, &claim.fingerprint, claim.result_version);
        if let Some(answer) = decision.answer() {
            return Ok(answer);
        }
        if take_over(driver, claim, &token, &id).await? {
            return Ok(Claimed::Granted(FencingToken { id, attempt }));
        }
    }
}

/// Whether a claim has made the record. A duplicate is an error where the insert has no other way to
/// say so.
fn inserted<D: Driver>(driver: &mut D, rows: Result<usize, DieselError>) -> Result<bool, Error> {
    match rows {
        Ok(rows) => Ok(rows == 1),
        Err(error) if driver.dialect().meaning(&error) == Meaning::Duplicate => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn take_over<D: Driver>(
    driver: &mut D,
    claim: &Claim<'_>,
    old: &Token,
    new: &Token,
) -> Result<bool, Error> {
    let update = driver.dialect().take_over_leased(claim, old, new);
    Ok(admin::write(driver, &update).await? == 1)
}

pub(crate) async fn finish<D: Driver>(
    driver: &mut D,
    id: &RecordId<'_>,
    token: &FencingToken,
    end: End<'_>,
) -> Result<Write, Error> {
    id.check()?;
    commits_by_itself(driver, id)?;
    let update = driver.dialect().finish_leased(id, token, end);
    let rows = admin::write(driver, &update).await?;
    done_or(driver, rows, id, token, |record| {
        record.status == end.status
    })
    .await
}

pub(crate) async fn release<D: Driver>(
    driver: &mut D,
    id: &RecordId<'_>,
    token: &FencingToken,
) -> Result<Write, Error> {
    id.check()?;
    commits_by_itself(driver, id)?;
    let update = driver.dialect().release_leased(id, token);
    let rows = admin::write(driver, &update).await?;
    done_or(driver, rows, id, token, |record| {
        record.status == Status::Processing
    })
    .await
}

pub(crate) async fn renew<D: Driver>(
    driver: &mut D,
    id: &RecordId<'_>,
    token: &FencingToken,
    lease: Duration,
) -> Result<Write, Error> {
    id.check()?;
    commits_by_itself(driver, id)?;
    let update = driver.dialect().renew_leased(id, token, lease);
    let rows = admin::write(driver, &update).await?;
    done_or(driver, rows, id, token, |_| false).await
}

/// A write that has touched no row may have been done before.
async fn done_or<D: Driver>(
    driver: &mut D,
    rows: usize,
    id: &RecordId<'_>,
    token: &FencingToken,
    is_so_already: impl FnOnce(&Record) -> bool,
) -> Result<Write, Error> {
    if rows == 1 {
        return Ok(Write::Done);
    }
    let record = read(driver, id).await?;
    Ok(match record {
        Some(record) if record.token == token.id && is_so_already(&record) => Write::Done,
        _ => Write::LostClaim,
    })
}

pub(crate) async fn lookup<D: Driver>(
    driver: &mut D,
    id: &RecordId<'_>,
) -> Result<Option<Record>, Error> {
    id.check()?;
    read(driver, id).await
}

pub(crate) async fn purge<D: Driver>(driver: &mut D, limit: usize) -> Result<usize, Error> {
    admin::purge_expired(driver, u32::try_from(limit).unwrap_or(u32::MAX)).await
}

async fn read<D: Driver>(driver: &mut D, id: &RecordId<'_>) -> Result<Option<Record>, Error> {
    let row = admin::read(driver, id).await?;
    Ok(row.map(|row| record_as_stored(id, row)).transpose()?)
}

/// Refuses a connection in a transaction: what it writes there is nobody else's to see.
fn commits_by_itself<D: Driver>(driver: &mut D, id: &RecordId<'_>) -> Result<(), Error> {
    if depth(driver)? == 0 {
        return Ok(());
    }
    Err(Error::Rejected(Rejection::Nested {
        operation: id.operation.to_owned(),
        reason: "a store's connection must not be in a transaction, in which its claims are unseen",
    }))
}
