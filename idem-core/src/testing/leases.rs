//! Leases that end, and workers that come late.

use super::check::{BRIEF, Call, Check, Checked, LONG, Promise, done, ensure, lost};
use crate::{Claimed, Rejection, Store};

pub(super) fn promises<S: Store + Sync>() -> Vec<Promise<S>> {
    vec![
        (
            "a lease that is over is taken over, as a higher attempt",
            taken_over,
        ),
        ("a late worker is fenced off", late_worker),
        (
            "a lease that is over is not open to other arguments",
            other_arguments,
        ),
        (
            "what nobody has taken over can still be completed",
            late_complete,
        ),
        ("a renewed lease holds", renewed),
        ("a renewal can shorten a lease", shortened),
        ("a token is good for one record only", foreign_token),
    ]
}

fn taken_over<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let mut last = check.granted(&call.lease(BRIEF))?;
    for _ in 0..2 {
        check.outlast();
        let next = check.granted(&call.lease(BRIEF))?;
        ensure!(next.attempt > last.attempt, "{next:?} follows {last:?}");
        ensure!(next.id != last.id, "a token is used again");
        last = next;
    }
    Ok(())
}

fn late_worker<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let late = check.granted(&call.lease(BRIEF))?;
    check.outlast();
    let holder = check.granted(&call)?;
    check.is_fenced_off(&call, &late)?;
    check.in_flight(&call)?;
    done(check.complete(&call, &holder, Some("holder's"))?)?;
    check.is_fenced_off(&call, &late)?;
    check.replays(&call, Some("holder's"))
}

fn other_arguments<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    check.granted(&call.lease(BRIEF))?;
    check.outlast();
    match check.claim(&call.other_arguments())? {
        Claimed::Rejected(Rejection::KeyReused { .. }) => {}
        other => return Err(format!("the answer was {other:?}")),
    }
    check.granted(&call).map(drop)
}

fn late_complete<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let (completed, failed) = (Call::new(), Call::new());
    let token = check.granted(&completed.lease(BRIEF))?;
    let failing = check.granted(&failed.lease(BRIEF))?;
    check.outlast();
    done(check.complete(&completed, &token, Some("7"))?)?;
    check.replays(&completed, Some("7"))?;
    done(check.fail(&failed, &failing, Some("no"))?)?;
    check.replays_error(&failed, Some("no"))
}

fn renewed<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let (running, over) = (Call::new(), Call::new());
    let token = check.granted(&running.lease(BRIEF))?;
    done(check.renew(&running, &token, LONG)?)?;
    let late = check.granted(&over.lease(BRIEF))?;
    check.outlast();
    check.in_flight(&running)?;
    done(check.renew(&over, &late, LONG)?)?;
    let wait = check.in_flight(&over)?;
    ensure!(
        wait > BRIEF && wait <= LONG,
        "the renewed lease has {wait:?} to go"
    );
    done(check.complete(&over, &late, Some("7"))?)?;
    check.replays(&over, Some("7"))
}

fn shortened<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let token = check.granted(&call)?;
    done(check.renew(&call, &token, BRIEF)?)?;
    check.outlast();
    check.granted(&call).map(drop)
}

fn foreign_token<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let (ours, theirs, nobodys) = (Call::new(), Call::new(), Call::new());
    let token = check.granted(&ours)?;
    let other = check.granted(&theirs)?;
    check.is_fenced_off(&theirs, &token)?;
    check.is_fenced_off(&nobodys, &token)?;
    check.is_absent(&nobodys)?;
    let forged = crate::FencingToken {
        id: other.id,
        ..token
    };
    lost(
        "a complete with another's token",
        check.complete(&ours, &forged, Some("x"))?,
    )?;
    done(check.complete(&theirs, &other, Some("theirs"))?)?;
    done(check.complete(&ours, &token, Some("ours"))?)?;
    check.replays(&theirs, Some("theirs"))?;
    check.replays(&ours, Some("ours"))
}
