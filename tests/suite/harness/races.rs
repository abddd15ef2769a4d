use std::time::Instant;

use idem_tests::servers::Database;
use idem_tests::{Driver, Gate, TestDb, for_each_driver};

for_each_driver! {
    async fn concurrent_callers_have_a_connection_each<D: Driver>(db: &TestDb<D>) {
        let numbers = db.concurrently(8, async |number, conn: &mut D| {
            conn.deposit(1, 10).await.unwrap();
            number
        }).await;
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1080, 8));
    }

    async fn a_gate_holds_one_caller_until_another_opens_it<D: Driver>(db: &TestDb<D>) {
        let (gate, start) = (Gate::new(), Instant::now());
        let times = db.concurrently(2, async |number, conn: &mut D| {
            if number == 0 {
                gate.wait().await;
                conn.deposit(1, 10).await.unwrap();
            } else {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                gate.open();
            }
            start.elapsed()
        }).await;
        assert!(times[0].as_millis() >= 50);
    }

    async fn a_session_that_waits_for_a_lock_is_noticed<D: Driver>(db: &TestDb<D>) {
        let (holds, waits) = (Gate::new(), Gate::new());
        db.concurrently(2, async |number, conn: &mut D| {
            if number == 0 {
                conn.begin().await.unwrap();
                conn.deposit(1, 10).await.unwrap();
                holds.open();
                db.until_blocked(1).await;
                // SQLite's waiters can't be counted, so it may still be on its way there.
                assert!(waits.is_open() || db.server().database() == Database::Sqlite);
                conn.commit().await.unwrap();
            } else {
                holds.wait().await;
                waits.open();
                conn.deposit(1, 10).await.unwrap();
            }
        }).await;
        assert_eq!(db.balance(1).await, 1020);
    }
}

for_each_driver! {
    on sqlite_sync sqlite_async;

    #[should_panic(expected = "one caller's trouble")]
    async fn a_panic_of_one_caller_is_passed_on<D: Driver>(db: &TestDb<D>) {
        db.concurrently(2, async |number, _conn: &mut D| assert!(number == 0, "one caller's trouble")).await;
    }
}
