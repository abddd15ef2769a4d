//! Finishing: the ending goes into the record, in the transaction that holds the claim.

use crate::Error;
use crate::call::Call;
use crate::claim::Claimed;
use crate::dialect::{Ending, Meaning, Written};
use crate::driver::Driver;
use crate::policy::ErrorPolicy;
use crate::transaction;
use diesel::result::Error as DieselError;
use idem_core::{Lost, Rejection, Status};
use serde::{Serialize, de::DeserializeOwned};

/// Rolls back the body's savepoint and finishes with its error.
pub(crate) async fn finish_failed<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    claimed: &Claimed,
    stored: Result<String, String>,
) -> Result<(), Error> {
    if !transaction::roll_back_to(driver, depth + 2).await {
        return Err(lost(call, Lost::NotOurs));
    }
    let text = stored.map_err(|reason| unstorable(call, reason))?;
    let text = within_limit(call, text)?;
    finish(driver, call, depth, claimed, Status::Failed, text).await
}

/// Ends the body's savepoint, if it had one, and finishes.
pub(crate) async fn close_and_finish<D, X, E>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    claimed: &Claimed,
    text: Option<String>,
) -> Result<(), Error>
where
    D: Driver,
    X: ErrorPolicy<E>,
{
    let inside = depth + 1 + u32::from(X::RECORDS);
    if transaction::depth(driver)? != inside {
        return Err(lost(call, Lost::OpenTransaction));
    }
    if X::RECORDS {
        driver
            .commit()
            .await
            .map_err(|error| explain(driver, call, claimed, error))?;
    }
    finish(driver, call, depth, claimed, Status::Completed, text).await
}

/// Writes the ending into the record, and commits what is ours to commit.
async fn finish<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    claimed: &Claimed,
    status: Status,
    result: Option<String>,
) -> Result<(), Error> {
    let ending = Ending {
        token: &claimed.token,
        status,
        result: result.as_deref(),
        written: claimed.written,
    };
    match driver.is_in_step().await {
        Ok(true) => {}
        Ok(false) => return Err(lost(call, Lost::Unanswered)),
        Err(error) => return Err(error.into()),
    }
    let dialect = driver.dialect();
    if depth == 0 {
        let steps = dialect.finish_and_commit(call, ending);
        transaction::finish_top(driver, steps)
            .await
            .map_err(|error| explain(driver, call, claimed, error))
    } else {
        let steps = dialect.finish(call, ending);
        transaction::run_steps(driver, &steps)
            .await
            .map_err(|error| explain(driver, call, claimed, error))?;
        driver
            .commit()
            .await
            .map_err(|error| explain(driver, call, claimed, error))
    }
}

/// What an error of the finish means to the caller.
fn explain<D: Driver>(
    driver: &mut D,
    call: &Call<'_>,
    claimed: &Claimed,
    error: DieselError,
) -> Error {
    match driver.dialect().meaning(&error) {
        Meaning::LostClaim => lost(call, Lost::NotOurs),
        // The record is inserted only now, and nobody but the body can have been faster under our
        // lock. Otherwise it is a constraint of the user's own, deferred to the commit.
        Meaning::Duplicate if claimed.written == Written::Nothing => {
            Error::Rejected(Rejection::Recursive {
                operation: call.id.operation.to_owned(),
                key: call.id.key.clone(),
            })
        }
        Meaning::Aborted => lost(call, Lost::Aborted),
        // A finish that touched no row.
        _ if matches!(error, DieselError::NotFound) => lost(call, Lost::NotOurs),
        _ => Error::Database(error),
    }
}

pub(crate) fn lost(call: &Call<'_>, lost: Lost) -> Error {
    Error::Rejected(Rejection::LostClaim {
        operation: call.id.operation.to_owned(),
        lost,
    })
}

fn unstorable(call: &Call<'_>, reason: String) -> Error {
    Error::Rejected(Rejection::UnstorableResult {
        operation: call.id.operation.to_owned(),
        reason,
    })
}

/// The text to store. Nothing stands for `null`, which is what `()` and `None` are. What couldn't
/// be read back is refused now, while it can be rolled back: serde's attributes make such types.
pub(crate) fn encode_replayable<T>(call: &Call<'_>, value: &T) -> Result<Option<String>, Error>
where
    T: Serialize + DeserializeOwned,
{
    let text = idem_core::encode(value).map_err(|error| unstorable(call, error.to_string()))?;
    idem_core::decode::<T>(&text)
        .map_err(|error| unstorable(call, format!("it couldn't be read back: {error}")))?;
    Ok(within_limit(call, text)?)
}

fn within_limit(call: &Call<'_>, text: String) -> Result<Option<String>, Rejection> {
    if text.len() > call.max_result {
        return Err(Rejection::ResultTooLarge {
            operation: call.id.operation.to_owned(),
            length: text.len(),
            max: call.max_result,
        });
    }
    Ok((text != "null").then_some(text))
}
