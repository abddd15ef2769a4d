//! One claim after the other.

use super::check::{Call, Check, Checked, LONG, Promise, done, ensure, lost};
use crate::{Claimed, Rejection, Status, Store};

pub(super) fn promises<S: Store + Sync>() -> Vec<Promise<S>> {
    vec![
        ("a first claim is granted", first_claim),
        ("a result is replayed as it was stored", replay),
        ("a final error is replayed as an error", replay_error),
        (
            "a claim is in flight while another holds the record",
            in_flight,
        ),
        (
            "other arguments are refused, and change nothing",
            other_arguments,
        ),
        (
            "another result version is refused, and changes nothing",
            other_version,
        ),
        (
            "finishing again with the same token changes nothing",
            finish_again,
        ),
        ("a claim that has ended can't end otherwise", end_otherwise),
        (
            "a released record is free at once, for any request",
            release,
        ),
        ("a lookup tells and changes nothing", lookup),
    ]
}

fn first_claim<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let (a, b) = (Call::new(), Call::new());
    let (first, second) = (check.granted(&a)?, check.granted(&b)?);
    ensure!(
        first.attempt == 1 && second.attempt == 1,
        "the first attempt isn't 1: {first:?}"
    );
    ensure!(first.id != second.id, "two claims have the same token");
    Ok(())
}

fn replay<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let long = "\"\u{1F980}\"".repeat(1 << 17);
    for result in [
        "",
        "null",
        "0",
        "\"\\u0000 é \u{10FFFF} ' % \\ \n\"",
        " [1, 2]  ",
        &long,
    ] {
        let call = Call::new();
        check.run(&call, result)?;
        check.replays(&call, Some(result))?;
        check.replays(&call, Some(result))?;
    }
    let unit = Call::new();
    let token = check.granted(&unit)?;
    done(check.complete(&unit, &token, None)?)?;
    check.replays(&unit, None)
}

fn replay_error<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    for error in [None, Some(""), Some("{\"Declined\":\"no funds\"}")] {
        let call = Call::new();
        let token = check.granted(&call)?;
        done(check.fail(&call, &token, error)?)?;
        check.replays_error(&call, error)?;
        check.replays_error(&call, error)?;
    }
    Ok(())
}

fn in_flight<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let token = check.granted(&call)?;
    for _ in 0..2 {
        let wait = check.in_flight(&call)?;
        ensure!(
            !wait.is_zero() && wait <= LONG,
            "the wait is {wait:?}, the lease {LONG:?}"
        );
    }
    done(check.complete(&call, &token, Some("7"))?)?;
    check.replays(&call, Some("7"))
}

fn refused_as_reused<S: Store + Sync>(check: &Check<'_, S>, call: &Call) -> Checked {
    match check.claim(&call.other_arguments())? {
        Claimed::Rejected(Rejection::KeyReused { .. }) => Ok(()),
        other => Err(format!("the answer was {other:?}")),
    }
}

fn other_arguments<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let completed = Call::new();
    let token = check.granted(&completed)?;
    refused_as_reused(check, &completed)?;
    done(check.complete(&completed, &token, Some("7"))?)?;
    refused_as_reused(check, &completed)?;
    check.replays(&completed, Some("7"))?;

    let failed = Call::new();
    let token = check.granted(&failed)?;
    done(check.fail(&failed, &token, Some("no"))?)?;
    refused_as_reused(check, &failed)?;
    check.replays_error(&failed, Some("no"))
}

fn other_version<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    check.run(&call, "7")?;
    match check.claim(&call.version(2))? {
        Claimed::Rejected(Rejection::UnreadableResult {
            stored_version: 1,
            expected_version: 2,
            ..
        }) => {}
        other => return Err(format!("the answer was {other:?}")),
    }
    check.replays(&call, Some("7"))
}

fn finish_again<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let token = check.run(&call, "first")?;
    done(check.complete(&call, &token, Some("second"))?)?;
    check.replays(&call, Some("first"))?;

    let failed = Call::new();
    let token = check.granted(&failed)?;
    done(check.fail(&failed, &token, Some("first"))?)?;
    done(check.fail(&failed, &token, Some("second"))?)?;
    check.replays_error(&failed, Some("first"))
}

fn end_otherwise<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let token = check.run(&call, "7")?;
    lost(
        "a fail after a complete",
        check.fail(&call, &token, Some("no"))?,
    )?;
    lost("a release after a complete", check.release(&call, &token)?)?;
    lost(
        "a renew after a complete",
        check.renew(&call, &token, LONG)?,
    )?;
    check.replays(&call, Some("7"))?;

    let failed = Call::new();
    let token = check.granted(&failed)?;
    done(check.fail(&failed, &token, Some("no"))?)?;
    lost(
        "a complete after a fail",
        check.complete(&failed, &token, Some("7"))?,
    )?;
    lost("a release after a fail", check.release(&failed, &token)?)?;
    lost("a renew after a fail", check.renew(&failed, &token, LONG)?)?;
    check.replays_error(&failed, Some("no"))
}

fn release<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let first = check.granted(&call)?;
    done(check.release(&call, &first)?)?;
    done(check.release(&call, &first)?)?;
    lost(
        "a complete after a release",
        check.complete(&call, &first, Some("late"))?,
    )?;
    lost(
        "a fail after a release",
        check.fail(&call, &first, Some("late"))?,
    )?;
    lost("a renew after a release", check.renew(&call, &first, LONG)?)?;

    let other = call.other_arguments().version(2);
    let second = check.granted(&other)?;
    ensure!(
        second.attempt > first.attempt,
        "the attempt doesn't rise: {second:?}"
    );
    check.is_fenced_off(&other, &first)?;
    done(check.complete(&other, &second, Some("8"))?)?;
    check.replays(&other, Some("8"))
}

fn lookup<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new().version(3);
    check.is_absent(&call)?;
    let token = check.granted(&call)?;
    for _ in 0..2 {
        let record = check.record(&call)?;
        let lease = record.lease.unwrap_or_default();
        ensure!(
            record.status == Status::Processing
                && record.token == token.id
                && record.attempt == token.attempt
                && record.result_version == 3
                && record.result.is_none()
                && !record.is_expired()
                && !lease.is_zero()
                && lease <= LONG,
            "a claimed record is {record:?}"
        );
    }
    done(check.complete(&call, &token, Some("7"))?)?;
    let record = check.record(&call)?;
    ensure!(
        record.status == Status::Completed
            && record.result.as_deref() == Some("7")
            && !record.is_expired(),
        "a completed record is {record:?}"
    );
    check.replays(&call, Some("7"))
}
