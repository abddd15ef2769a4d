//! Transactions of ours, kept in step with Diesel's count of them.
//!
//! `BEGIN` and `COMMIT` may travel with the record in one message, so Diesel's transaction manager
//! isn't asked to send them; it is told afterwards.

use crate::call::Call;
use crate::dialect::{Meaning, Step};
use crate::driver::Driver;
use diesel::QueryResult;
use diesel::connection::{TransactionDepthChange, TransactionManagerStatus};
use diesel::result::Error as DieselError;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// How deep in transactions the connection is; an error if it is broken.
pub(crate) fn depth<D: Driver>(driver: &mut D) -> QueryResult<u32> {
    let depth = driver.status().transaction_depth()?;
    Ok(depth.map_or(0, NonZeroU32::get))
}

/// Sends steps in order.
pub(crate) async fn run_steps<D: Driver>(driver: &mut D, steps: &[Step<'_>]) -> QueryResult<()> {
    for step in steps {
        run_step(driver, step).await?;
    }
    Ok(())
}

async fn run_step<D: Driver>(driver: &mut D, step: &Step<'_>) -> QueryResult<()> {
    match step {
        Step::Batch(sql) => driver.batch(sql).await,
        Step::Run(statement) => driver.run(statement).await.map(drop),
        Step::One(statement) => match driver.run(statement).await? {
            1 => Ok(()),
            _ => Err(DieselError::NotFound),
        },
    }
}

/// Begins a top-level transaction with these steps. After an error, it is for the caller to
/// [`abandon`] what may have been begun.
pub(crate) async fn open<D: Driver>(driver: &mut D, steps: &[Step<'_>]) -> QueryResult<()> {
    run_steps(driver, steps).await?;
    match driver.status() {
        TransactionManagerStatus::Valid(status) => {
            status.change_transaction_depth(TransactionDepthChange::IncreaseDepth)
        }
        TransactionManagerStatus::InError => Err(DieselError::BrokenTransactionManager),
    }
}

/// Ends a top-level transaction in which nothing was written.
pub(crate) async fn abandon<D: Driver>(driver: &mut D, call: &Call<'_>) {
    let steps = driver.dialect().abandon(call);
    close(driver, &steps).await;
}

/// Rolls back to where the caller was: everything at depth 0, else to our savepoint. A connection
/// whose word can't be taken for that is marked as broken.
pub(crate) async fn roll_back<D: Driver>(driver: &mut D, depth: u32) {
    if depth == 0 {
        let steps = driver.dialect().roll_back();
        close(driver, &steps).await;
    } else {
        roll_back_to(driver, depth + 1).await;
    }
    let _ = driver.is_in_step().await;
}

/// Rolls back the savepoint that was begun as this depth, whatever was begun and left inside it.
/// Says whether it could.
pub(crate) async fn roll_back_to<D: Driver>(driver: &mut D, depth: u32) -> bool {
    while let TransactionManagerStatus::Valid(status) = driver.status() {
        let now = status.transaction_depth().map_or(0, NonZeroU32::get);
        if now <= depth {
            break;
        }
        if status
            .change_transaction_depth(TransactionDepthChange::DecreaseDepth)
            .is_err()
        {
            break;
        }
    }
    // Not through Diesel: it takes a savepoint that is gone for rolled back, if it has seen a
    // deadlock before. What is open then, nobody knows.
    let inside = self::depth(driver).is_ok_and(|now| now == depth);
    let sql = format!(
        "ROLLBACK TO SAVEPOINT diesel_savepoint_{}",
        depth.saturating_sub(1)
    );
    let rolled_back = inside && driver.batch(&sql).await.is_ok();
    if rolled_back && let TransactionManagerStatus::Valid(status) = driver.status() {
        return status
            .change_transaction_depth(TransactionDepthChange::DecreaseDepth)
            .is_ok();
    }
    driver.give_up();
    false
}

/// Makes sure that the savepoint which was just begun at this depth is there: outside of a
/// transaction, MySQL takes `SAVEPOINT` for a statement that does nothing.
pub(crate) async fn check_savepoint<D: Driver>(driver: &mut D, depth: u32) -> QueryResult<()> {
    if !driver.dialect().may_have_lost_transaction() {
        return Ok(());
    }
    driver
        .batch(&format!("ROLLBACK TO SAVEPOINT diesel_savepoint_{depth}"))
        .await
}

/// Sends the last steps of a top-level transaction and notes that it is over. If they fail, the
/// connection is marked as broken, for its pool to throw away.
async fn close<D: Driver>(driver: &mut D, steps: &[Step<'_>]) {
    let closed = match run_steps(driver, steps).await {
        Ok(()) => true,
        // There was no transaction left to roll back.
        Err(error) => driver.dialect().meaning(&error) == Meaning::LostClaim,
    };
    *driver.status() = if closed {
        TransactionManagerStatus::default()
    } else {
        TransactionManagerStatus::InError
    };
}

/// Sends the steps of a finish, of which the last is the commit. After an error the transaction
/// is still to be rolled back.
pub(crate) async fn finish_top<D: Driver>(driver: &mut D, steps: Vec<Step<'_>>) -> QueryResult<()> {
    let Some((commit, finish)) = steps.split_last() else {
        return Ok(());
    };
    run_steps(driver, finish).await?;
    let started = Instant::now();
    let mut pause = Pause::default();
    loop {
        let Err(error) = run_step(driver, commit).await else {
            *driver.status() = TransactionManagerStatus::default();
            return Ok(());
        };
        // SQLite with a rollback journal can't commit while somebody reads; the transaction
        // stays, and the same COMMIT succeeds once they are done.
        let dialect = driver.dialect();
        let patient = dialect
            .longest_wait()
            .is_some_and(|longest| started.elapsed() < longest);
        if !patient || dialect.meaning(&error) != Meaning::Blocked {
            return Err(error);
        }
        driver.sleep(pause.next()).await;
    }
}

/// Waits that grow from 1 ms to 25 ms.
#[derive(Debug)]
pub(crate) struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(Duration::from_millis(1))
    }
}

impl Pause {
    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(Duration::from_millis(25));
        pause
    }
}
