//! Async alone: a blocking call ends before anybody could drop it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use idem_diesel::{Error, IdempotencyKey, Outcome, Status};
use idem_tests::{
    CallError, Driver, Gate, TestDb, deposit_call, deposit_once, dropped_after, for_each_driver,
};

/// Where a dropped call had come to, seen from its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dropped {
    Before,
    Within,
    After,
}

/// Starts a deposit of 50 under `key` and drops it when it has waited `waits` times; `None` if
/// it had ended by then.
async fn dropped_deposit<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    waits: usize,
) -> Option<Dropped> {
    let (begun, ended) = (AtomicBool::new(false), AtomicBool::new(false));
    let call = conn.call(
        deposit_call(key, 50),
        async |conn| -> Result<_, CallError> {
            begun.store(true, Ordering::Relaxed);
            conn.deposit(1, 50).await?;
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            ended.store(true, Ordering::Relaxed);
            Ok(1050)
        },
    );
    if let Some(answer) = dropped_after(waits, call).await {
        assert_eq!(answer.unwrap(), Outcome::Fresh(1050));
        return None;
    }
    Some(match (begun.into_inner(), ended.into_inner()) {
        (false, _) => Dropped::Before,
        (true, false) => Dropped::Within,
        (true, true) => Dropped::After,
    })
}

/// Drops calls at one point after another, each under a key of its own, until one ends before it
/// can be dropped. Which points these are is the database's to say: what is there at once isn't
/// waited for. At least one is in the body.
async fn at_every_point(drop_one: impl AsyncFn(&IdempotencyKey, usize) -> Option<Dropped>) {
    let mut seen = Vec::new();
    for _ in 0..10 {
        for waits in 0..200 {
            let Some(dropped) = drop_one(&IdempotencyKey::generate(), waits).await else {
                break;
            };
            seen.push(dropped);
        }
        if seen.contains(&Dropped::Within) {
            return;
        }
    }
    panic!("{seen:?}");
}

for_each_driver! {
    on postgres_async pgbouncer_async mysql_async sqlite_async sqlite_journal_async;

    async fn a_dropped_call_leaves_neither_record_nor_effect<D: Driver>(db: &TestDb<D>) {
        at_every_point(async |key, waits| {
            let before = db.ledger_count().await;
            let mut conn = db.connect().await;
            let dropped = dropped_deposit(&mut conn, key, waits).await?;
            drop(conn);
            // This waits until the dropped call's transaction is over.
            let answer = deposit_once(&mut db.connect().await, key, 50).await.unwrap();
            // Once COMMIT is on its way, nobody can take it back: then it is both.
            assert!(!answer.is_replayed() || dropped == Dropped::After, "{dropped:?}, {waits}");
            assert_eq!(db.committed(key).await, (before + 1, Some(Status::Completed)));
            Some(dropped)
        }).await;
    }

    async fn calls_after_a_dropped_one_never_join_its_transaction<D: Driver>(db: &TestDb<D>) {
        at_every_point(async |key, waits| {
            let mut conn = db.connect().await;
            let dropped = dropped_deposit(&mut conn, key, waits).await?;
            let other = IdempotencyKey::generate();
            match deposit_once(&mut conn, &other, 7).await {
                Err(error) => assert!(matches!(error, CallError::Idem(Error::Database(_))), "{error:?}"),
                Ok(_) => {
                    assert_eq!(dropped, Dropped::Before);
                    assert_eq!(db.committed(&other).await.1, Some(Status::Completed));
                }
            }
            let begun = conn.begin().await;
            assert!(begun.is_err() || dropped == Dropped::Before);
            Some(dropped)
        }).await;
    }

    async fn a_transaction_can_not_be_committed_after_a_call_in_it_was_dropped<D: Driver>(db: &TestDb<D>) {
        at_every_point(async |key, waits| {
            let before = db.ledger_count().await;
            let mut conn = db.connect().await;
            conn.begin().await.unwrap();
            conn.deposit(2, 7).await.unwrap();
            let Some(dropped) = dropped_deposit(&mut conn, key, waits).await else {
                conn.rollback().await.unwrap();
                return None;
            };
            assert!(conn.commit().await.is_err());
            drop(conn);
            let answer = deposit_once(&mut db.connect().await, key, 50).await.unwrap();
            assert!(!answer.is_replayed());
            assert_eq!(db.committed(key).await, (before + 1, Some(Status::Completed)));
            Some(dropped)
        }).await;
    }

    async fn a_call_dropped_while_it_waits_does_not_run_later<D: Driver>(db: &TestDb<D>) {
        let (key, running, dropped, runs) =
            (IdempotencyKey::generate(), Gate::new(), Gate::new(), AtomicUsize::new(0));
        db.concurrently(2, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
            }
            let call = conn.call(deposit_call(&key, 50), async |conn| {
                runs.fetch_add(1, Ordering::Relaxed);
                conn.deposit(1, 50).await?;
                running.open();
                dropped.wait().await;
                Err::<i64, _>(CallError::Declined("after the other one has gone"))
            });
            if number > 0 {
                assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err());
                dropped.open();
            } else {
                assert!(matches!(call.await, Err(CallError::Declined(_))));
            }
        }).await;
        assert_eq!(deposit_once(&mut db.connect().await, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!((db.committed(&key).await, runs.into_inner()), ((1, Some(Status::Completed)), 1));
    }
}
