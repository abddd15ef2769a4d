use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use idem_diesel::{IdempotencyKey, RecordId, Status};
use idem_tests::{
    CallError, Driver, Gate, Row, TestDb, deposit_call, deposit_once, for_each_driver,
};

/// Records whose time is over, the first one the longest.
fn expired(count: i64) -> impl Iterator<Item = Row> {
    (0..count).map(move |number| Row::completed(format!("old-{number}"), number - count - 60))
}

/// Records whose time isn't.
fn live(count: i64) -> impl Iterator<Item = Row> {
    (0..count).map(|number| Row::completed(format!("live-{number}"), 60))
}

for_each_driver! {
    async fn a_purge_deletes_what_is_over_and_nothing_else<D: Driver>(db: &TestDb<D>) {
        let row = |key: &str, status, expires_in, lease_ends_in| Row { key: key.into(), status, expires_in, lease_ends_in };
        db.insert([
            row("gone-completed", "completed", -1, None),
            row("gone-failed", "failed", -1, None),
            row("gone-lease-over", "processing", -2, Some(-1)),
            // What is running isn't committed: this is left of a body that committed by itself.
            row("gone-left-over", "processing", -1, None),
            row("kept-completed", "completed", 60, None),
            row("kept-failed", "failed", 60, None),
            row("kept-leased", "processing", -1, Some(60)),
            row("kept-lease-over", "processing", 60, Some(-1)),
        ]).await;
        let mut conn = db.connect().await;
        assert_eq!(conn.purge_expired(100).await.unwrap(), 4);
        assert_eq!(conn.purge_expired(100).await.unwrap(), 0);
        let key = db.server().database().key_column();
        assert_eq!(db.count_records(&format!("{key} LIKE 'kept-%'")).await, 4);
        assert_eq!(db.count_records("1 = 1").await, 4);
    }

    async fn a_purge_takes_no_more_than_its_batch_and_the_oldest_first<D: Driver>(db: &TestDb<D>) {
        db.insert(expired(25).chain(live(3))).await;
        let mut conn = db.connect().await;
        assert_eq!(conn.purge_expired(0).await.unwrap(), 0);
        assert_eq!(conn.purge_expired(10).await.unwrap(), 10);
        for number in [9, 10] {
            let key: IdempotencyKey = format!("old-{number}").parse().unwrap();
            let id = RecordId { operation: "kept", tenant: "", key: &key };
            assert_eq!(conn.record(&id).await.unwrap().is_some(), number == 10);
        }
        for expected in [10, 5, 0] {
            assert_eq!(conn.purge_expired(10).await.unwrap(), expected);
        }
        assert_eq!(db.count_records("1 = 1").await, 3);
    }

    async fn purgers_at_once_delete_each_record_once_and_never_fail<D: Driver>(db: &TestDb<D>) {
        db.insert(expired(300).chain(live(20))).await;
        let purged = db.concurrently(4, async |_, conn: &mut D| {
            let mut purged = 0;
            while db.count_records("status = 'completed'").await > 20 {
                purged += conn.purge_expired(20).await.unwrap();
            }
            purged
        }).await;
        assert_eq!(purged.iter().sum::<usize>(), 300, "{purged:?}");
        assert_eq!(db.count_records("1 = 1").await, 20);
    }

    async fn a_purge_that_was_killed_is_taken_up_where_its_last_batch_ended<D: Driver>(db: &TestDb<D>) {
        db.insert(expired(25)).await;
        {
            let mut killed = db.connect().await;
            assert_eq!(killed.purge_expired(10).await.unwrap(), 10);
            killed.begin().await.unwrap();
            assert_eq!(killed.purge_expired(10).await.unwrap(), 10);
            // Its connection is gone before this batch is committed.
        }
        assert_eq!(db.count_records("1 = 1").await, 15);
        let mut conn = db.connect().await;
        for expected in [10, 5] {
            assert_eq!(conn.purge_expired(10).await.unwrap(), expected);
        }
    }

    async fn calls_go_on_while_purgers_run<D: Driver>(db: &TestDb<D>) {
        const CALLERS: usize = 4;
        const CALLS: usize = 25;
        let keys: Vec<_> = (0..3).map(|_| IdempotencyKey::generate()).collect();
        let (calling, ran) = (AtomicUsize::new(CALLERS), AtomicUsize::new(0));
        let purged = db.concurrently(CALLERS + 2, async |number, conn: &mut D| {
            let mut purged = 0;
            while number >= CALLERS && calling.load(Ordering::SeqCst) > 0 {
                purged += conn.purge_expired(5).await.unwrap();
            }
            for turn in 0..if number < CALLERS { CALLS } else { 0 } {
                // Its time is over at once: the next call takes it over, or a purger takes it away.
                let call = deposit_call(&keys[turn % keys.len()], 50).ttl(Duration::from_millis(1));
                let answer = conn.call(call, async |conn| -> Result<_, CallError> { Ok(conn.deposit(1, 50).await?) }).await;
                ran.fetch_add(usize::from(!answer.unwrap().is_replayed()), Ordering::SeqCst);
            }
            if number < CALLERS {
                calling.fetch_sub(1, Ordering::SeqCst);
            }
            purged
        }).await;
        let ran = ran.into_inner();
        assert!(ran > CALLS && purged.iter().sum::<usize>() <= ran, "{ran} calls, {purged:?}");
        assert_eq!(db.ledger_count().await, i64::try_from(ran).unwrap());
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_purge_neither_takes_nor_waits_for_the_record_of_a_running_call<D: Driver>(db: &TestDb<D>) {
        for takes_over in [false, true] {
            let key = IdempotencyKey::generate();
            if takes_over {
                let _ = deposit_once(&mut db.connect().await, &key, 50).await.unwrap();
                db.expire_records().await;
            }
            db.insert(expired(3)).await;
            let (running, purged) = (Gate::new(), Gate::new());
            db.concurrently(2, async |number, conn: &mut D| {
                if number > 0 {
                    running.wait().await;
                    assert_eq!(conn.purge_expired(10).await.unwrap(), 3);
                    return purged.open();
                }
                // Its time is over before the body is.
                let call = deposit_call(&key, 50).ttl(Duration::from_millis(1));
                let answer = conn.call(call, async |conn| -> Result<_, CallError> {
                    conn.deposit(1, 50).await?;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    running.open();
                    let in_time = tokio::time::timeout(Duration::from_secs(3), purged.wait()).await;
                    assert!(in_time.is_ok(), "the purge waited for a running call");
                    Ok(())
                }).await;
                assert!(!answer.unwrap().is_replayed());
            }).await;
            assert_eq!(db.committed(&key).await.1, Some(Status::Completed));
            // Now it has ended, and is over.
            assert_eq!(db.connect().await.purge_expired(10).await.unwrap(), 1);
        }
    }
}
