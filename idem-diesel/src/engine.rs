//! The protocol: claim, run, finish. One text for every database, sync and async.
//!
//! What the records mean is decided in `idem_core::decide`; what is sent is in the dialects; this
//! file is the order of things. `docs/protocol.md` argues why it is this order.

use crate::Error;
use crate::body::{Body, Ran};
use crate::call::Call;
use crate::claim::{Claim, Claimed, claim};
use crate::dialect::Meaning;
use crate::driver::Driver;
use crate::finish::{close_and_finish, encode_replayable, finish_failed, lost};
use crate::policy::{ErrorPolicy, RetryJudge};
use crate::trace::pass_on;
use crate::transaction;
use diesel::result::Error as DieselError;
use idem_core::{Decision, Lost, Outcome, Rejection};
use serde::{Serialize, de::DeserializeOwned};

/// How one attempt at the whole transaction ended.
pub(crate) enum Attempt<T, E, A> {
    /// With an answer for the caller.
    Done(Result<Outcome<T>, E>),
    /// With an error that the same again may not meet, and what is left of the body to do it with.
    Again(E, A),
}

/// Makes one attempt. After a panic, of the body or of any other code that is the user's (a
/// serializer, a judge of errors, Diesel's instrumentation), the transaction is rolled back.
pub(crate) async fn attempt<D, B, T, E, X, J>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    errors: &X,
    judge: &J,
    body: B,
) -> Attempt<T, E, B::Again>
where
    D: Driver,
    B: Body<D::Conn, T, E>,
    T: Serialize + DeserializeOwned,
    E: From<Error>,
    X: ErrorPolicy<E>,
    J: RetryJudge<E>,
{
    let attempt = claim_and_run(driver, call, depth, errors, judge, body);
    match crate::body::caught(attempt).await {
        Ok(attempt) => attempt,
        Err(panic) => {
            // A connection that a panic has left half way may panic again, as diesel-async's do;
            // then it stays armed, and is marked as broken.
            let rolled_back = transaction::roll_back(driver, depth);
            if crate::body::caught(rolled_back).await.is_ok() {
                driver.disarm();
            }
            std::panic::resume_unwind(panic)
        }
    }
}

async fn claim_and_run<D, B, T, E, X, J>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    errors: &X,
    judge: &J,
    body: B,
) -> Attempt<T, E, B::Again>
where
    D: Driver,
    B: Body<D::Conn, T, E>,
    T: Serialize + DeserializeOwned,
    E: From<Error>,
    X: ErrorPolicy<E>,
    J: RetryJudge<E>,
{
    let claimed = match claimed(driver, call, depth).await {
        Ok(Claim::Run(claimed)) => claimed,
        Ok(Claim::Answer(decision)) => return Attempt::Done(answer(call, errors, decision)),
        Err(error) => return Attempt::Done(Err(pass_on(error))),
    };
    let attempt = under_claim(driver, call, depth, &claimed, errors, judge, body).await;
    driver.disarm();
    attempt
}

async fn claimed<D: Driver>(driver: &mut D, call: &Call<'_>, depth: u32) -> Result<Claim, Error> {
    // Not only for the transaction's sake: mysql_async gives the next statement the answer that a
    // dropped one was waiting for.
    driver.arm();
    let claim = claim(driver, call, depth).await;
    if matches!(claim, Ok(Claim::Run(_))) {
        return claim;
    }
    let in_step = driver.is_in_step().await;
    driver.disarm();
    match (claim, in_step) {
        (claim, Ok(true)) => claim,
        // The server's own words say more.
        (
            Err(
                error @ Error::Database(
                    DieselError::DatabaseError(..) | DieselError::BrokenTransactionManager,
                ),
            ),
            _,
        ) => Err(error),
        (_, Err(error)) => Err(error.into()),
        (_, Ok(false)) => Err(lost(call, Lost::Unanswered)),
    }
}

/// Runs the body under a claim, and ends the transaction one way or the other.
async fn under_claim<D, B, T, E, X, J>(
    driver: &mut D,
    call: &Call<'_>,
    depth: u32,
    claimed: &Claimed,
    errors: &X,
    judge: &J,
    body: B,
) -> Attempt<T, E, B::Again>
where
    D: Driver,
    B: Body<D::Conn, T, E>,
    T: Serialize + DeserializeOwned,
    E: From<Error>,
    X: ErrorPolicy<E>,
    J: RetryJudge<E>,
{
    if X::RECORDS
        && let Err(error) = driver.begin().await
    {
        transaction::roll_back(driver, depth).await;
        return Attempt::Done(Err(pass_on(error.into())));
    }
    let Ran { result, again } = body.call(driver.conn()).await;
    match result {
        Err(error) => {
            if let Some(stored) = errors.encode(&error) {
                let readable = |text: String| errors.decode(&text).map(|_| text);
                let stored = stored.and_then(readable);
                return match finish_failed(driver, call, depth, claimed, stored).await {
                    Ok(()) => Attempt::Done(Err(error)),
                    // Not stored, it must not pass for final: the next call may succeed.
                    Err(failed) => failed_finish(driver, depth, failed, judge, again).await,
                };
            }
            transaction::roll_back(driver, depth).await;
            match again {
                Some(body) if judge.is_retryable(&error, driver.dialect()) => {
                    Attempt::Again(error, body)
                }
                _ => Attempt::Done(Err(error)),
            }
        }
        Ok(value) => {
            let finished = match encode_replayable::<T>(call, &value) {
                Ok(text) => close_and_finish::<D, X, E>(driver, call, depth, claimed, text).await,
                Err(error) => Err(error),
            };
            match finished {
                Ok(()) => Attempt::Done(Ok(Outcome::Fresh(value))),
                Err(failed) => failed_finish(driver, depth, failed, judge, again).await,
            }
        }
    }
}

/// Rolls back after a finish that failed, and says whether the same again may succeed.
async fn failed_finish<D, B, T, E, J>(
    driver: &mut D,
    depth: u32,
    error: Error,
    judge: &J,
    again: Option<B>,
) -> Attempt<T, E, B>
where
    D: Driver,
    E: From<Error>,
    J: RetryJudge<E>,
{
    transaction::roll_back(driver, depth).await;
    let transient = match &error {
        Error::Database(error) => driver.dialect().meaning(error) == Meaning::Transient,
        Error::Rejected(_) => false,
    };
    match again {
        Some(body) if transient && judge.retries() => Attempt::Again(error.into(), body),
        _ => Attempt::Done(Err(pass_on(error))),
    }
}

/// Turns a decision about an earlier record into the caller's answer.
fn answer<T, E, X>(call: &Call<'_>, errors: &X, decision: Decision) -> Result<Outcome<T>, E>
where
    T: DeserializeOwned,
    E: From<Error>,
    X: ErrorPolicy<E>,
{
    let unreadable = |reason: String| {
        let unreadable = Rejection::UnreadableResult {
            operation: call.id.operation.to_owned(),
            key: call.id.key.clone(),
            stored_version: call.result_version,
            expected_version: call.result_version,
            reason,
        };
        pass_on(unreadable.into())
    };
    match decision {
        Decision::Replay(text) => idem_core::decode(text.as_deref().unwrap_or("null"))
            .map(Outcome::Replayed)
            .map_err(|error| unreadable(error.to_string())),
        Decision::ReplayError(text) => Err(errors
            .decode(text.as_deref().unwrap_or("null"))
            .unwrap_or_else(unreadable)),
        Decision::Reject(rejection) => Err(pass_on(rejection.into())),
        // A peek or a claim never answers with this.
        Decision::TakeOver => Err(pass_on(lost(call, Lost::NotOurs))),
    }
}
