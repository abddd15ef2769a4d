//! Many callers at one time.

use super::check::{BRIEF, Call, Check, Checked, Promise, claim, done, ensure, known};
use crate::{Claimed, FencingToken, Rejection, Store, Write};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

const RACERS: usize = 8;
const ROUNDS: usize = 20;
/// How long one race may take. It takes milliseconds, or some dozen round trips to a server.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn promises<S: Store + Sync>() -> Vec<Promise<S>> {
    vec![
        ("one of many racers is granted a new record", new_record),
        (
            "one of many racers takes over a lease that is over",
            lease_over,
        ),
        ("one of many racers takes over an expired record", expired),
        (
            "a late worker never wins against whoever takes over",
            late_worker,
        ),
        ("every racer ends with the one result", one_result),
    ]
}

/// What each of many threads gives that start at the same time.
pub(super) fn race<T: Send>(
    racers: usize,
    run: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, String> {
    let start = Barrier::new(racers);
    thread::scope(|scope| {
        let (start, run) = (&start, &run);
        let racer = move |n| {
            start.wait();
            run(n)
        };
        let threads: Vec<_> = (0..racers).map(|n| scope.spawn(move || racer(n))).collect();
        let results = threads.into_iter().map(|thread| thread.join());
        results
            .collect::<Result<_, _>>()
            .map_err(|_| "the store panicked".to_owned())
    })
}

/// Races for a claim: one is granted, and the others are in flight.
fn one_is_granted<S: Store + Sync>(store: &S, call: &Call) -> Result<FencingToken, String> {
    let mut granted = Vec::new();
    for answer in race(RACERS, |_| claim(store, call))? {
        match answer? {
            Claimed::Granted(token) => granted.push(token),
            Claimed::Rejected(Rejection::InFlight { .. }) => {}
            other => return Err(format!("a racer was answered {other:?}")),
        }
    }
    match granted[..] {
        [token] => Ok(token),
        _ => Err(format!(
            "of {RACERS} racers, {} were granted",
            granted.len()
        )),
    }
}

fn new_record<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    for _ in 0..ROUNDS {
        let call = Call::new();
        let token = one_is_granted(check.store, &call)?;
        done(check.complete(&call, &token, Some("7"))?)?;
        check.replays(&call, Some("7"))?;
    }
    Ok(())
}

fn lease_over<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let calls: Vec<_> = (0..ROUNDS).map(|_| Call::new()).collect();
    for call in &calls {
        check.granted(&call.lease(BRIEF))?;
    }
    check.outlast();
    for call in &calls {
        let token = one_is_granted(check.store, call)?;
        ensure!(token.attempt == 2, "the second attempt is {token:?}");
    }
    Ok(())
}

fn expired<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let calls: Vec<_> = (0..ROUNDS).map(|_| Call::new()).collect();
    for call in &calls {
        check.run(&call.ttl(BRIEF), "old")?;
    }
    check.outlast();
    for call in &calls {
        let token = one_is_granted(check.store, &call.other_arguments())?;
        ensure!(
            token.attempt == check.attempt_after_expiry(1),
            "the next attempt is {token:?}"
        );
    }
    Ok(())
}

/// One worker, whose lease is over, completes while others take over: either it is first, and all
/// replay, or it is late, and whoever took over completes.
fn late_worker<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let calls: Vec<_> = (0..ROUNDS).map(|_| Call::new()).collect();
    let late = calls
        .iter()
        .map(|call| check.granted(&call.lease(BRIEF)))
        .collect::<Result<Vec<_>, _>>()?;
    check.outlast();
    for (call, late) in calls.iter().zip(&late) {
        let writes = race(RACERS, |n| {
            if n == 0 {
                return known(check.store.complete(&call.id(), late, Some("late")));
            }
            match claim(check.store, call)? {
                Claimed::Granted(token) => {
                    known(check.store.complete(&call.id(), &token, Some("next")))
                }
                _ => Ok(Write::LostClaim),
            }
        })?;
        let writes = writes.into_iter().collect::<Result<Vec<_>, _>>()?;
        let wrote = writes.iter().filter(|write| **write == Write::Done).count();
        ensure!(wrote == 1, "{wrote} workers completed one record");
        let winner = if writes[0] == Write::Done {
            "late"
        } else {
            "next"
        };
        check.replays(call, Some(winner))?;
    }
    Ok(())
}

/// Every racer tries until it has the result; some that are granted the record give it up first.
fn one_result<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    for _ in 0..ROUNDS {
        let call = Call::new();
        let results = race(RACERS, |n| until_done(check.store, &call, n))?;
        let results = results.into_iter().collect::<Result<Vec<_>, _>>()?;
        let ran = results.iter().filter(|(_, ran)| *ran).count();
        ensure!(ran == 1, "the operation was completed {ran} times");
        let same = results.iter().all(|(result, _)| *result == results[0].0);
        ensure!(same, "the racers got {results:?}");
    }
    Ok(())
}

/// The result, and whether this racer made it. A store that never lets anybody have it fails.
fn until_done<S: Store>(store: &S, call: &Call, racer: usize) -> Result<(String, bool), String> {
    let mut give_up = racer.is_multiple_of(2);
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match claim(store, call)? {
            Claimed::Granted(token) if give_up => {
                done(known(store.release(&call.id(), &token))?)?;
                give_up = false;
            }
            Claimed::Granted(token) => {
                let result = racer.to_string();
                done(known(store.complete(&call.id(), &token, Some(&result)))?)?;
                return Ok((result, true));
            }
            Claimed::Replay(Some(result)) => return Ok((result, false)),
            Claimed::Rejected(Rejection::InFlight { .. }) => thread::yield_now(),
            other => return Err(format!("a racer was answered {other:?}")),
        }
    }
    Err(format!("no racer had the result after {PATIENCE:?}"))
}
