//! What is done about records outside of calls; written once for sync and async.

use crate::dialect::Meaning;
use crate::driver::Driver;
use crate::look::record_as_stored;
use crate::prepared::Prepared;
use crate::records::{OperationStats, StoredRecord};
use crate::statement::{RecordRow, Statement};
use crate::{Error, transaction::Pause};
use diesel::QueryResult;
use diesel::result::Error as DieselError;
use idem_core::RecordId;
use std::time::{Duration, Instant};

/// How long to go on trying what fails for a reason that passes.
const LONG_ENOUGH: Duration = Duration::from_secs(10);

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
                    && started.elapsed() < LONG_ENOUGH =>
            {
                driver.sleep(pause.next()).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

pub(crate) async fn purge_expired<D: Driver>(driver: &mut D, batch: u32) -> Result<usize, Error> {
    let statement = driver.dialect().purge(batch);
    Ok(write(driver, &statement).await?)
}

/// One write, alone: it is done or it isn't, and a deadlock or a busy writer only costs another try.
pub(crate) async fn write<D: Driver>(
    driver: &mut D,
    statement: &Statement<'_>,
) -> QueryResult<usize> {
    let mut again = Again::default();
    loop {
        match driver.run(statement).await {
            Ok(rows) => return Ok(rows),
            Err(error) => again.after(driver, error).await?,
        }
    }
}

/// One look at a record, alone.
pub(crate) async fn read<D: Driver>(
    driver: &mut D,
    id: &RecordId<'_>,
) -> QueryResult<Option<RecordRow>> {
    let statement = driver.dialect().read(id, false);
    let mut again = Again::default();
    loop {
        match driver.record(&statement).await {
            Ok(rows) => return Ok(rows.into_iter().next()),
            Err(error) => again.after(driver, error).await?,
        }
    }
}

/// How long a statement outside of calls is tried again.
struct Again {
    started: Instant,
    pause: Pause,
}

impl Default for Again {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            pause: Pause::default(),
        }
    }
}

impl Again {
    /// Waits before the next try, unless there is none.
    async fn after<D: Driver>(&mut self, driver: &mut D, error: DieselError) -> QueryResult<()> {
        let passes = matches!(
            driver.dialect().meaning(&error),
            Meaning::Transient | Meaning::Blocked
        );
        if !passes || !transaction_free(driver) || self.started.elapsed() > LONG_ENOUGH {
            return Err(error);
        }
        driver.sleep(self.pause.next()).await;
        Ok(())
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
    let record = read(driver, id).await?;
    let times = driver.dialect().times(id);
    let times = driver.times(&times).await?.into_iter().next();
    let (Some(row), Some((created_at, completed_at, expires_at, lease_until))) = (record, times)
    else {
        return Ok(None);
    };
    let record = record_as_stored(id, row)?;
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
    let Some(row) = read(driver, id).await? else {
        return Ok(false);
    };
    let forget = driver.dialect().forget(id, &row.2);
    Ok(driver.run(&forget).await? == 1)
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
