//! Records that expire, and are purged.

use super::check::{BRIEF, Call, Check, Checked, LONG, Promise, done, ensure, known};
use crate::Store;
use std::time::Duration;

pub(super) fn promises<S: Store + Sync>() -> Vec<Promise<S>> {
    vec![
        ("an expired record refuses nobody", expired),
        (
            "a record lives for its time, counted anew from its end",
            counted_anew,
        ),
        ("a running lease outlives its record's time", lease_outlives),
        ("a purge removes what is over, in batches", purge),
        ("a purge never touches what is live", purge_spares),
        ("purges at one time remove each record once", purges_race),
        (
            "an attempt rises across a release and a purge",
            attempt_rises,
        ),
    ]
}

fn expired<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let first = check.run(&call.ttl(BRIEF), "old")?;
    check.outlast();
    check.is_over(&call)?;
    let other = call.other_arguments().version(2);
    let second = check.granted(&other)?;
    ensure!(
        second.attempt == check.attempt_after_expiry(first.attempt),
        "attempt {} is followed by {second:?}",
        first.attempt
    );
    check.is_fenced_off(&other, &first)?;
    check.in_flight(&other)?;
    done(check.complete(&other, &second, Some("new"))?)?;
    check.replays(&other, Some("new"))
}

fn counted_anew<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let second = Duration::from_secs(1);
    let (completed, failed) = (Call::new().ttl(second), Call::new().ttl(second));
    let (token, failing) = (check.granted(&completed)?, check.granted(&failed)?);
    (check.pass_time)(second + BRIEF);
    done(check.complete(&completed, &token, Some("7"))?)?;
    check.replays(&completed, Some("7"))?;
    done(check.fail(&failed, &failing, Some("no"))?)?;
    check.replays_error(&failed, Some("no"))?;
    check.purges(10, 0)?;
    (check.pass_time)(second + BRIEF);
    check.purges_over(10, 2)?;
    check.is_absent(&completed)?;
    check.is_absent(&failed)
}

fn lease_outlives<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new().ttl(BRIEF);
    let token = check.granted(&call)?;
    check.outlast();
    check.in_flight(&call)?;
    check.purges(10, 0)?;
    done(check.renew(&call, &token, BRIEF)?)?;
    check.outlast();
    check.purges_over(10, 1)?;
    check.is_fenced_off(&call, &token)?;
    check.is_absent(&call)
}

fn purge<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let calls: Vec<_> = (0..7).map(|_| Call::new().ttl(BRIEF)).collect();
    for call in &calls {
        check.run(call, "7")?;
    }
    check.outlast();
    check.purges(0, 0)?;
    check.purges_over(3, 3)?;
    check.purges_over(3, 3)?;
    check.purges_over(3, 1)?;
    check.purges(3, 0)?;
    calls.iter().try_for_each(|call| check.is_absent(call))
}

fn purge_spares<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let (completed, failed, running) = (Call::new(), Call::new(), Call::new());
    let (outliving, over) = (Call::new(), Call::new());
    let (renewed, again) = (Call::new(), Call::new());
    check.run(&completed, "7")?;
    let failing = check.granted(&failed)?;
    done(check.fail(&failed, &failing, Some("no"))?)?;
    check.granted(&running)?;
    check.granted(&outliving.ttl(BRIEF))?;
    check.granted(&over.lease(BRIEF))?;
    let renewing = check.granted(&renewed.ttl(BRIEF).lease(BRIEF))?;
    done(check.renew(&renewed, &renewing, LONG)?)?;
    check.run(&again.ttl(BRIEF), "old")?;
    check.run(&Call::new().ttl(BRIEF), "expired")?;
    check.outlast();
    check.run(&again, "new")?;
    check.purges_over(100, 1)?;
    check.replays(&completed, Some("7"))?;
    check.replays_error(&failed, Some("no"))?;
    check.in_flight(&running)?;
    check.in_flight(&outliving)?;
    check.in_flight(&renewed)?;
    check.replays(&again, Some("new"))?;
    let second = check.granted(&over)?;
    ensure!(second.attempt == 2, "the second attempt is {second:?}");
    Ok(())
}

fn purges_race<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    const EXPIRED: usize = 40;
    let kept = Call::new();
    check.run(&kept, "kept")?;
    let expired: Vec<_> = (0..EXPIRED).map(|_| Call::new().ttl(BRIEF)).collect();
    for call in &expired {
        check.run(call, "expired")?;
    }
    check.outlast();
    let purge_all = || {
        let mut removed = 0;
        loop {
            match known(check.store.purge(3))? {
                0 => return Ok::<_, String>(removed),
                batch => removed += batch,
            }
        }
    };
    let removed = super::races::race(4, |_| purge_all())?;
    let removed = removed.into_iter().sum::<Result<usize, _>>()?;
    let over = if check.expires_by_itself { 0 } else { EXPIRED };
    ensure!(removed == over, "of {over} records, {removed} were removed");
    expired.iter().try_for_each(|call| check.is_absent(call))?;
    check.replays(&kept, Some("kept"))
}

fn attempt_rises<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let call = Call::new();
    let token = check.granted(&call.ttl(LONG))?;
    done(check.release(&call, &token)?)?;
    check.purges(10, 0)?;
    let second = check.granted(&call)?;
    ensure!(second.attempt == 2, "the second attempt is {second:?}");

    let brief = Call::new().ttl(BRIEF);
    let token = check.granted(&brief)?;
    done(check.release(&brief, &token)?)?;
    check.outlast();
    check.purges_over(10, 1)?;
    check.is_absent(&brief)
}
