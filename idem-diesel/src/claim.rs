//! Claiming a record: insert, and if it is there already, decide.

use crate::Error;
use crate::call::Call;
use crate::dialect::{Meaning, Token, Written};
use crate::driver::Driver;
use crate::look::{look, peek};
use crate::nested::claim_nested;
use crate::patience::Patience;
use crate::prepared::Prepared;
use crate::transaction;
use diesel::result::Error as DieselError;
use idem_core::Decision;
use std::time::Duration;

/// What came of a claim.
#[derive(Debug)]
pub(crate) enum Claim {
    /// It is ours, in an open transaction.
    Run(Claimed),
    /// There is an answer already; no transaction of ours is open.
    Answer(Decision),
}

/// A claim of ours.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) token: Token,
    pub(crate) written: Written,
}

/// Claims the record, or finds what answers the call. A deadlock or a serialization failure here
/// is always tried again at depth 0: the body hasn't run.
pub(crate) async fn claim<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
) -> Result<Claim, Error> {
    let mut patience = Patience::new(call);
    let own_wait = patience.set_own_wait_aside(driver).await?;
    let claim = claim_within(driver, call, depth, &mut patience).await;
    if let Some(milliseconds) = own_wait {
        let restore = driver.dialect().set_own_wait(milliseconds);
        if let Err(error) = driver.batch(&restore).await {
            if matches!(claim, Ok(Claim::Run(_))) {
                transaction::roll_back(driver, depth).await;
            }
            return Err(error.into());
        }
    }
    claim
}

async fn claim_within<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    patience: &mut Patience<'_>,
) -> Result<Claim, Error> {
    if depth > 0 {
        return claim_nested(driver, call, depth, patience).await;
    }
    if (call.peek || driver.dialect().always_peeks())
        && let Some(decision) = peek(driver, call, patience).await?
    {
        return Ok(Claim::Answer(decision));
    }
    claim_top(driver, call, patience).await
}

async fn claim_top<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    patience: &mut Patience<'_>,
) -> Result<Claim, Error> {
    let dialect = driver.dialect();
    loop {
        let token = *uuid::Uuid::new_v4().as_bytes();
        let steps = dialect.open(call, &token, patience.left());
        let Err(error) = transaction::open(driver, &steps).await else {
            return match dialect.writes_at_open() {
                Written::Nothing => claim_under_lock(driver, call, token).await,
                written => Ok(Claim::Run(Claimed { token, written })),
            };
        };
        match patience.meaning(driver, &error) {
            Meaning::Duplicate => {}
            Meaning::Blocked | Meaning::Transient => {
                transaction::abandon(driver, call).await;
                patience.failed(driver, error).await?;
                continue;
            }
            _ => {
                // Nobody knows how far it came.
                transaction::roll_back(driver, 0).await;
                return Err(error.into());
            }
        }
        let found = match look_at_duplicate(driver, call).await {
            Err(Error::Database(error)) => {
                patience.failed(driver, error).await?;
                continue;
            }
            found => found?,
        };
        match found {
            // The rival's record was purged or forgotten meanwhile: claim again.
            None => patience.lost_a_race(driver, error).await?,
            Some((Decision::TakeOver, old)) => {
                match take_over(driver, call, old, patience.left()).await {
                    Ok(Some(claimed)) => return Ok(Claim::Run(claimed)),
                    Ok(None) => patience.lost_a_race(driver, error).await?,
                    Err(error) => patience.failed(driver, error).await?,
                }
            }
            Some((decision, _)) => return Ok(Claim::Answer(decision)),
        }
    }
}

/// Reads what a claim has run into, in a transaction: behind a pooler such as PgBouncer, a
/// statement's preparation and its execution may otherwise reach different servers.
async fn look_at_duplicate<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
) -> Result<Option<(Decision, Token)>, Error> {
    let steps = driver.dialect().after_duplicate();
    let found = match transaction::run_steps(driver, &steps).await {
        Ok(()) => look(driver, call, false).await,
        Err(error) => Err(error.into()),
    };
    transaction::abandon(driver, call).await;
    found
}

/// With the one write lock in hand, what the records say is the truth until we let go.
async fn claim_under_lock<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    token: Token,
) -> Result<Claim, Error> {
    let claim = match look(driver, call, true).await {
        Ok(None) => Ok(Claim::Run(Claimed {
            token,
            written: Written::Nothing,
        })),
        Ok(Some((Decision::TakeOver, old))) => {
            let statement = driver.dialect().take_over(call, &old, &token);
            match driver.run(&statement).await {
                Ok(1) => Ok(Claim::Run(Claimed {
                    token,
                    written: Written::Processing,
                })),
                Ok(_) => Err(Error::Database(DieselError::NotFound)),
                Err(error) => Err(Error::Database(error)),
            }
        }
        Ok(Some((decision, _))) => Ok(Claim::Answer(decision)),
        Err(error) => Err(error),
    };
    if !matches!(claim, Ok(Claim::Run(_))) {
        transaction::roll_back(driver, 0).await;
    }
    claim
}

/// Begins a transaction and takes over an old record in it, or nothing if a rival was faster.
async fn take_over<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    old: Token,
    wait: Option<Duration>,
) -> Result<Option<Claimed>, DieselError> {
    let dialect = driver.dialect();
    let token = *uuid::Uuid::new_v4().as_bytes();
    if let Err(error) = transaction::open(driver, &dialect.open_plain(call, wait)).await {
        transaction::abandon(driver, call).await;
        return Err(error);
    }
    let taken = match driver.run(&dialect.take_over(call, &old, &token)).await {
        Ok(1) if wait.is_some() => transaction::run_steps(driver, &dialect.unlimit())
            .await
            .map(|()| true),
        Ok(rows) => Ok(rows == 1),
        Err(error) => Err(error),
    };
    match taken {
        Ok(true) => Ok(Some(Claimed {
            token,
            written: Written::Processing,
        })),
        Ok(false) => {
            transaction::abandon(driver, call).await;
            Ok(None)
        }
        Err(error) => {
            transaction::roll_back(driver, 0).await;
            Err(error)
        }
    }
}
