//! Two ways of doing the same, in turns, and what each takes.

use crate::Res;
use diesel::connection::{Connection, InstrumentationEvent};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Times two ways of doing the same, in turns, and counts the statements of the second.
pub(super) struct Pair {
    pub(super) plain: Vec<f64>,
    pub(super) ours: Vec<f64>,
    pub(super) statements: u64,
    pub(super) calls: u64,
}

fn timed<C>(conn: &mut C, call: &mut dyn FnMut(&mut C, i64) -> Res<()>, number: i64) -> Res<f64> {
    let started = Instant::now();
    call(conn, number)?;
    Ok(started.elapsed().as_secs_f64() * 1e6)
}

pub(super) fn pair<C: Connection>(
    conn: &mut C,
    calls: i64,
    plain: &mut dyn FnMut(&mut C, i64) -> Res<()>,
    ours: &mut dyn FnMut(&mut C, i64) -> Res<()>,
) -> Res<Pair> {
    let mut pair = Pair {
        plain: Vec::new(),
        ours: Vec::new(),
        statements: 0,
        calls: 0,
    };
    // The first calls prepare statements and fill caches; they don't count.
    let warm = 50;
    for number in 0..calls + warm {
        // Who comes first changes, so that neither always follows a commit of the other.
        let row = 2 * number;
        let (a, b) = if number % 2 == 0 {
            let a = timed(conn, plain, row)?;
            (a, timed(conn, ours, row + 1)?)
        } else {
            let b = timed(conn, ours, row)?;
            (timed(conn, plain, row + 1)?, b)
        };
        if number >= warm {
            pair.plain.push(a);
            pair.ours.push(b);
        }
    }
    for number in 0..10 {
        let row = 2 * (calls + warm + number);
        let mut answer = Ok(());
        pair.statements += counted(conn, |conn| answer = ours(conn, row));
        answer?;
        pair.calls += 1;
    }
    Ok(pair)
}

/// How many statements a call takes.
pub(super) fn counted<C: Connection>(conn: &mut C, call: impl FnOnce(&mut C)) -> u64 {
    let counter = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&counter);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counting.fetch_add(1, Ordering::Relaxed);
        }
    });
    call(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    counter.load(Ordering::Relaxed)
}
