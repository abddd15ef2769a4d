//! The attempts at one call: as many as its policy allows, with its waits in between.

use crate::body::Body;
use crate::call::Call;
use crate::driver::Driver;
use crate::engine::{self, Attempt};
use crate::policy::{ErrorPolicy, RetryJudge};
use crate::{Error, Nesting, trace, transaction};
#[cfg(feature = "async")]
use crate::{
    Idempotent,
    asynchronous::Async,
    body::AsyncEach,
    bounds::{FromError, Storable},
    policy::{Retry, RetryableErrors},
};
use idem_core::{Outcome, Rejection};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// How many attempts were made, and the waits before those that are left.
pub(crate) struct Progress {
    made: u32,
    delays: Box<dyn Iterator<Item = Duration> + Send>,
}

impl Progress {
    pub(crate) fn new<E>(judge: &impl RetryJudge<E>) -> Self {
        Self {
            made: 0,
            delays: judge.delays(),
        }
    }
}

/// A retried call whose attempts are made one by one, each with a body of its own.
///
/// [`Idempotent::run_async`] makes them all with one body, but the future of a body that is called
/// again and captures anything is not seen to be `Send` by today's compilers. This is the same, with
/// the loop on the caller's side.
///
/// ```
/// # use idem_diesel::*;
/// # type Refused = Error;
/// # async fn charge<C: AsyncIdempotentConnection>(
/// #     conn: &mut C, key: &IdempotencyKey, cents: i64,
/// # ) -> Result<Outcome<i64>, Refused> {
/// let call = Idempotent::new("payments.charge").key(key).fingerprint(&cents);
/// let mut attempts = call.retry(RetryPolicy::attempts(3)).attempts();
/// loop {
///     let body = async |conn: &mut C| -> Result<i64, Refused> {
///         // … write with `conn`
/// #       let _ = conn;
///         Ok(cents)
///     };
///     if let Some(answer) = attempts.run_async(conn, body).await {
///         break answer;
///     }
/// }
/// # }
/// # fn send<T: Send>(_: T) {}
/// # fn the_future_is_send<C: AsyncIdempotentConnection>(conn: &mut C, key: &IdempotencyKey) {
/// #     send(charge(conn, key, 1));
/// # }
/// ```
#[cfg(feature = "async")]
#[must_use = "nothing happens until `run_async`"]
pub struct Attempts<'a, X, W> {
    call: Idempotent<'a, X, Retry<W>>,
    progress: Option<Progress>,
}

#[cfg(feature = "async")]
impl<'a, X, W> Attempts<'a, X, W> {
    pub(crate) const fn new(call: Idempotent<'a, X, Retry<W>>) -> Self {
        Self {
            call,
            progress: None,
        }
    }

    /// Makes one attempt: the answer, or nothing when it failed in a way that another may not and
    /// the policy has one left. The wait before that has passed then.
    ///
    /// # Errors
    /// As for [`Idempotent::run`].
    pub async fn run_async<C, T, E, F>(
        &mut self,
        conn: &mut C,
        body: F,
    ) -> Option<Result<Outcome<T>, E>>
    where
        C: crate::AsyncIdempotentConnection,
        F: AsyncFnOnce(&mut C) -> Result<T, E>,
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
        W: RetryableErrors<E>,
    {
        let Self { call, progress } = self;
        let (errors, judge) = (&call.errors, &call.judge);
        let call = match call.call() {
            Ok(call) => call,
            Err(rejection) => return Some(Err(trace::pass_on(rejection.into()))),
        };
        let progress = progress.get_or_insert_with(|| Progress::new::<E>(judge));
        let mut driver = Async::new(conn);
        let database = driver.dialect().name();
        let mut again = false;
        let attempt = async {
            match one(&mut driver, &call, errors, judge, AsyncEach(body), progress).await {
                Attempt::Done(result) => result,
                Attempt::Again(error, ()) => {
                    again = true;
                    Err(error)
                }
            }
        };
        let result = trace::observed(&call.id, database, attempt).await;
        (!again).then_some(result)
    }
}

/// Runs a call to its end.
pub(crate) async fn all<D, B, T, E, X, J>(
    driver: &mut D,
    call: &Call<'_>,
    errors: &X,
    judge: &J,
    mut body: B,
) -> Result<Outcome<T>, E>
where
    D: Driver,
    B: Body<D::Conn, T, E, Again = B>,
    T: Serialize + DeserializeOwned,
    E: From<Error>,
    X: ErrorPolicy<E>,
    J: RetryJudge<E>,
{
    let mut progress = Progress::new(judge);
    loop {
        match one(driver, call, errors, judge, body, &mut progress).await {
            Attempt::Done(result) => return result,
            Attempt::Again(_, again) => body = again,
        }
    }
}

/// Makes one attempt. If it's worth another one, the wait before that has passed.
pub(crate) async fn one<D, B, T, E, X, J>(
    driver: &mut D,
    call: &Call<'_>,
    errors: &X,
    judge: &J,
    body: B,
    progress: &mut Progress,
) -> Attempt<T, E, B::Again>
where
    D: Driver,
    B: Body<D::Conn, T, E>,
    T: Serialize + DeserializeOwned,
    E: From<Error>,
    X: ErrorPolicy<E>,
    J: RetryJudge<E>,
{
    let depth = match enter(driver, call) {
        Ok(depth) => depth,
        Err(error) => return Attempt::Done(Err(trace::pass_on(error))),
    };
    progress.made = progress.made.saturating_add(1);
    trace::attempt(progress.made);
    match engine::attempt(driver, call, depth, errors, judge, body).await {
        Attempt::Again(error, again) => {
            // Inside a transaction only its owner can begin anew.
            let delay = if depth == 0 {
                progress.delays.next()
            } else {
                None
            };
            let Some(delay) = delay else {
                return Attempt::Done(Err(error));
            };
            driver.sleep(delay).await;
            Attempt::Again(error, again)
        }
        done @ Attempt::Done(_) => done,
    }
}

/// How deep in transactions the call is made, if it may be made there.
fn enter<D: Driver>(driver: &mut D, call: &Call<'_>) -> Result<u32, Error> {
    let depth = transaction::depth(driver)?;
    if depth > 0 {
        if call.nesting == Nesting::Deny {
            return Err(nested(call, "it was declared with nested = deny"));
        }
        if call.isolation.is_some() {
            return Err(nested(call, "its isolation level can't be set there"));
        }
    }
    Ok(depth)
}

fn nested(call: &Call<'_>, reason: &'static str) -> Error {
    Error::Rejected(Rejection::Nested {
        operation: call.id.operation.to_owned(),
        reason,
    })
}
