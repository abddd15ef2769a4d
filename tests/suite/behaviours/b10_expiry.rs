use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use idem_diesel::{IdempotencyKey, InFlightPolicy, Outcome, RecordId, Rejection};
use idem_tests::{CallError, Driver, Gate, TestDb, deposit_call, deposit_once, for_each_driver};

const RACERS: usize = 8;

for_each_driver! {
    async fn after_the_expiry_the_next_call_runs_afresh_and_is_replayed_from_then_on<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let ttl = Duration::from_millis(150);
        let call = || deposit_call(&key, 50).ttl(ttl);
        for expected in [1050, 1100] {
            let body = async |conn: &mut D| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                Ok(conn.balance(1).await?)
            };
            assert_eq!(conn.call(call(), body).await.unwrap(), Outcome::Fresh(expected));
            tokio::time::sleep(ttl).await;
        }
        // The last one would be over as well, but for its longer time.
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1150));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1150));
        assert_eq!(db.ledger_count().await, 3);
    }

    async fn an_expired_record_refuses_no_other_arguments_and_is_renewed_whole<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let id = RecordId { operation: "deposit", tenant: "", key: &key };
        let _ = deposit_once(&mut conn, &key, 50).await.unwrap();
        let first = conn.record(&id).await.unwrap().unwrap();
        db.expire_records().await;

        assert_eq!(deposit_once(&mut conn, &key, 51).await.unwrap(), Outcome::Fresh(1101));
        let second = conn.record(&id).await.unwrap().unwrap();
        assert_eq!((first.record.attempt, second.record.attempt), (1, 2));
        assert_ne!(first.record.token, second.record.token);
        assert_ne!(first.record.fingerprint, second.record.fingerprint);
        assert!(first.created_at < second.created_at && first.expires_at < second.expires_at);
        assert!(!second.record.is_expired());

        assert_eq!(deposit_once(&mut conn, &key, 51).await.unwrap(), Outcome::Replayed(1101));
        let refused = deposit_once(&mut conn, &key, 50).await.unwrap_err();
        assert!(matches!(refused.rejection(), Some(Rejection::KeyReused { .. })), "{refused:?}");
    }

    async fn of_racers_for_an_expired_key_exactly_one_runs<D: Driver>(db: &TestDb<D>) {
        const ROUNDS: i64 = 4;
        let key = IdempotencyKey::generate();
        let _ = deposit_once(&mut db.connect().await, &key, 50).await.unwrap();
        for _ in 0..ROUNDS {
            db.expire_records().await;
            let answers = db.concurrently(RACERS, async |_, conn: &mut D| deposit_once(conn, &key, 50).await).await;
            let outcomes: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
            let fresh = outcomes.iter().filter(|outcome| !outcome.is_replayed()).count();
            assert_eq!(fresh, 1, "{outcomes:?}");
            assert!(outcomes.iter().all(|outcome| **outcome == *outcomes[0]), "{outcomes:?}");
        }
        assert_eq!(db.ledger_count().await, 1 + ROUNDS);
    }

    async fn of_racers_for_an_expired_key_within_transactions_the_slower_replay<D: Driver>(db: &TestDb<D>) {
        const WAITERS: usize = 3;
        let (key, running) = (IdempotencyKey::generate(), Gate::new());
        let _ = deposit_once(&mut db.connect().await, &key, 50).await.unwrap();
        db.expire_records().await;
        let answers = db.concurrently(1 + WAITERS, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
            }
            conn.begin().await.unwrap();
            let answer = deposit_once(conn, &key, 50).await;
            if number == 0 {
                running.open();
                db.until_blocked(WAITERS).await;
            }
            conn.commit().await.unwrap();
            answer.unwrap()
        }).await;
        assert_eq!(answers[0], Outcome::Fresh(1100));
        assert_eq!(answers[1..], [Outcome::Replayed(1100), Outcome::Replayed(1100), Outcome::Replayed(1100)]);
        assert_eq!(db.ledger_count().await, 2);
    }

    async fn a_failed_take_over_leaves_the_expired_record_to_the_next<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let _ = deposit_once(&mut conn, &key, 50).await.unwrap();
        db.expire_records().await;
        let failed = conn.call(deposit_call(&key, 50), async |conn| -> Result<i64, _> {
            conn.deposit(1, 50).await?;
            Err(CallError::Declined("not now"))
        }).await;
        assert!(matches!(failed, Err(CallError::Declined("not now"))), "{failed:?}");
        assert_eq!(db.ledger_count().await, 1);
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1100));
    }

    async fn a_duplicate_that_waits_while_the_time_runs_out_gets_the_holders_answer<D: Driver>(db: &TestDb<D>) {
        const WAITERS: usize = 3;
        let ttl = Duration::from_millis(300);
        let (key, running, runs) = (IdempotencyKey::generate(), Gate::new(), AtomicUsize::new(0));
        let answers = db.concurrently(1 + WAITERS, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
            }
            conn.call(deposit_call(&key, 50).ttl(ttl), async |conn| -> Result<_, CallError> {
                runs.fetch_add(1, Ordering::SeqCst);
                conn.deposit(1, 50).await?;
                running.open();
                db.until_blocked(WAITERS).await;
                tokio::time::sleep(ttl).await;
                Ok(number)
            }).await.unwrap()
        }).await;
        assert_eq!(answers[0], Outcome::Fresh(0));
        assert_eq!(answers[1..], [Outcome::Replayed(0), Outcome::Replayed(0), Outcome::Replayed(0)]);
        assert_eq!((runs.load(Ordering::SeqCst), db.ledger_count().await), (1, 1));
        // One that begins now is a new request.
        assert_eq!(deposit_once(&mut db.connect().await, &key, 50).await.unwrap(), Outcome::Fresh(1100));
    }

    async fn a_racer_for_an_expired_key_that_will_not_wait_does_not<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let _ = deposit_once(&mut db.connect().await, &key, 50).await.unwrap();
        db.expire_records().await;
        let (refused, all_refused) = (AtomicUsize::new(0), Gate::new());
        let answers = db.concurrently(RACERS, async |_, conn: &mut D| {
            let call = deposit_call(&key, 50).in_flight(InFlightPolicy::Reject);
            let answer = conn.call(call, async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                all_refused.wait().await;
                Ok(conn.balance(1).await?)
            }).await;
            if answer.is_err() && refused.fetch_add(1, Ordering::SeqCst) == RACERS - 2 {
                all_refused.open();
            }
            answer
        }).await;
        let (won, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(won.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [Outcome::Fresh(1100)]);
        for refused in refused.into_iter().map(Result::unwrap_err) {
            assert!(matches!(refused.rejection(), Some(Rejection::InFlight { .. })), "{refused:?}");
        }
        assert_eq!(db.ledger_count().await, 2);
    }
}
