//! Claiming a record inside a transaction of the caller's.

use crate::Error;
use crate::call::Call;
use crate::claim::{Claim, Claimed};
use crate::dialect::{Meaning, Written};
use crate::driver::Driver;
use crate::look::look;
use crate::patience::{Patience, in_flight};
use crate::prepared::Prepared;
use crate::statement::Statement;
use crate::transaction;
use diesel::QueryResult;
use idem_core::Decision;

/// Claims inside the caller's transaction, in a savepoint. Nothing is tried again here: after a
/// deadlock or a serialization failure, only the caller can start over.
pub(crate) async fn claim_nested<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    patience: &mut Patience<'_>,
) -> Result<Claim, Error> {
    driver.begin().await?;
    if let Err(error) = transaction::check_savepoint(driver, depth).await {
        driver.give_up();
        return Err(error.into());
    }
    let claim = match claim_in_savepoint(driver, call, depth, patience).await {
        Ok(Claim::Answer(decision)) => match driver.commit().await {
            Ok(()) => return Ok(Claim::Answer(decision)),
            Err(error) => Err(error.into()),
        },
        other => other,
    };
    match claim {
        Ok(claim) => Ok(claim),
        Err(error) => {
            transaction::roll_back(driver, depth).await;
            match error {
                Error::Database(error) if patience.meaning(driver, &error) == Meaning::Blocked => {
                    Err(in_flight(call))
                }
                error => Err(error),
            }
        }
    }
}

async fn claim_in_savepoint<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    patience: &mut Patience<'_>,
) -> Result<Claim, Error> {
    let dialect = driver.dialect();
    loop {
        match try_in_savepoint(driver, call, patience).await {
            Ok(Some(claim)) => return Ok(claim),
            // A rival took it over, or rolled back, or it was purged meanwhile.
            Ok(None) => patience.lost_a_race(driver, in_flight(call)).await?,
            // Where the server didn't wait for us, the statement failed alone: we wait, and try again.
            Err(Error::Database(error))
                if patience.left().is_some()
                    && patience.meaning(driver, &error) == Meaning::Blocked
                    && !dialect.limits_waits() =>
            {
                patience.blocked(driver).await?;
                // Unless the server was told to roll all back (`innodb_rollback_on_timeout`).
                transaction::check_savepoint(driver, depth).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn try_in_savepoint<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    patience: &Patience<'_>,
) -> Result<Option<Claim>, Error> {
    let dialect = driver.dialect();
    let token = *uuid::Uuid::new_v4().as_bytes();
    let insert = dialect.claim_nested(call, &token);
    let inserted = match run_limited(driver, patience, &insert).await {
        Ok(rows) => rows == 1,
        Err(error) if dialect.meaning(&error) == Meaning::Duplicate => false,
        Err(error) => return Err(error.into()),
    };
    let ours = if inserted {
        true
    } else {
        match look(driver, call, true).await? {
            None => false,
            Some((Decision::TakeOver, old)) => {
                let take_over = dialect.take_over(call, &old, &token);
                run_limited(driver, patience, &take_over).await? == 1
            }
            Some((decision, _)) => return Ok(Some(Claim::Answer(decision))),
        }
    };
    let written = Written::Processing;
    Ok(ours.then_some(Claim::Run(Claimed { token, written })))
}

/// Runs a statement that may have to wait for a rival. After an error the limits stay as they are;
/// they end with the savepoint, or the statement is tried again under new ones.
async fn run_limited<D: Driver>(
    driver: &mut D,
    patience: &Patience<'_>,
    statement: &Statement<'_>,
) -> QueryResult<usize> {
    let dialect = driver.dialect();
    let Some(left) = patience.left() else {
        return driver.run(statement).await;
    };
    transaction::run_steps(driver, &dialect.limit_nested(left)).await?;
    let rows = driver.run(statement).await?;
    transaction::run_steps(driver, &dialect.unlimit()).await?;
    Ok(rows)
}
