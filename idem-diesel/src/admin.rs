//! What is done about records outside of calls; written once for sync and async.

use crate::dialect::Meaning;
use crate::driver::Driver;
use crate::look::record_of;
use crate::prepared::Prepared;
use crate::records::{OperationStats, StoredRecord};
use crate::{Error, transaction::Pause};
use idem_core::{RecordId, Rejection};
use std::time::{Duration, Instant};

pub(crate) async fn setup<D: Driver>(driver: &mut D) -> Result<(), Error> {
    let schema = driver.dialect().schema();
    let started = Instant::now();
    let mut pause = Pause::default();
    loop {
        match driver.batch(schema).await {
            Ok(()) => return Ok(()),
            // Servers that start together set up together; IF NOT EXISTS alone doesn't see that
            // on PostgreSQL, where the slower one meets a unique violation in the catalogue.
            Err(error)
                if driver.dialect().meaning(&error) != Meaning::Other
                    && started.elapsed() < Duration::from_secs(10) =>
            {
                driver.sleep(pause.next()).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

pub(crate) async fn purge_expired<D: Driver>(driver: &mut D, batch: u32) -> Result<usize, Error> {
    let statement = driver.dialect().purge(batch);
    let started = Instant::now();
    let mut pause = Pause::default();
    loop {
        match driver.run(&statement).await {
            Ok(purged) => return Ok(purged),
            // It deletes or it doesn't; a deadlock or a busy writer only costs another try.
            Err(error)
                if matches!(
                    driver.dialect().meaning(&error),
                    Meaning::Transient | Meaning::Blocked
                ) && transaction_free(driver)
                    && started.elapsed() < Duration::from_secs(10) =>
            {
                driver.sleep(pause.next()).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn transaction_free<D: Driver>(driver: &mut D) -> bool {
    crate::transaction::depth(driver).is_ok_and(|depth| depth == 0)
}

pub(crate) async fn get<D: Driver>(
    driver: &mut D,
    id: &RecordId<'_>,
) -> Result<Option<StoredRecord>, Error> {
    id.check()?;
    let read = driver.dialect().read(id, false);
    let record = driver.record(&read).await?.into_iter().next();
    let times = driver.dialect().times(id);
    let times = driver.times(&times).await?.into_iter().next();
    let (Some(row), Some((created_at, completed_at, expires_at, lease_until))) = (record, times)
    else {
        return Ok(None);
    };
    let version = i32::try_from(row.4).unwrap_or(i32::MAX);
    let record = record_of(row, Duration::ZERO).map_err(|reason| Rejection::UnreadableResult {
        operation: id.operation.to_owned(),
        key: id.key.clone(),
        stored_version: version,
        expected_version: version,
        reason,
    })?;
    Ok(Some(StoredRecord {
        record,
        created_at,
        completed_at,
        expires_at,
        lease_until,
    }))
}

pub(crate) async fn forget<D: Driver>(driver: &mut D, id: &RecordId<'_>) -> Result<bool, Error> {
    id.check()?;
    // The record that is there now: where there is one write lock, the delete waits for whoever
    // runs, and would find what that has written meanwhile.
    let dialect = driver.dialect();
    let record = driver.record(&dialect.read(id, false)).await?;
    let Some(row) = record.into_iter().next() else {
        return Ok(false);
    };
    Ok(driver.run(&dialect.forget(id, &row.2)).await? == 1)
}

pub(crate) async fn stats<D: Driver>(driver: &mut D) -> Result<Vec<OperationStats>, Error> {
    let statement = driver.dialect().stats();
    let rows = driver.counts(&statement).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(
            |(operation, completed, failed, processing, expired)| OperationStats {
                operation: String::from_utf8_lossy(&operation).into_owned(),
                completed: count(completed),
                failed: count(failed),
                processing: count(processing),
                expired: count(expired),
            },
        )
        .collect())
}
