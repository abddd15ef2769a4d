use std::sync::atomic::{AtomicUsize, Ordering};

use idem_diesel::{IdempotencyKey, Idempotent};
use idem_tests::{CallError, Driver, Gate, TestDb, for_each_driver};

const WAITERS: usize = 7;

for_each_driver! {
    async fn when_the_first_rolls_back_one_of_those_waiting_runs_and_the_rest_replay<D: Driver>(db: &TestDb<D>) {
        let (key, running, runs) = (IdempotencyKey::generate(), Gate::new(), AtomicUsize::new(0));
        let mut answers = db.concurrently(1 + WAITERS, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
            }
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
            conn.call(call, async |conn| {
                runs.fetch_add(1, Ordering::Relaxed);
                conn.deposit(1, 50).await?;
                if number > 0 {
                    return Ok(number);
                }
                running.open();
                db.until_blocked(WAITERS).await;
                Err(CallError::Declined("the first one fails"))
            }).await
        }).await;
        let first = answers.remove(0);
        assert!(matches!(first, Err(CallError::Declined("the first one fails"))), "{first:?}");

        let rest: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        let fresh: Vec<_> = rest.iter().filter(|outcome| !outcome.is_replayed()).collect();
        assert_eq!(fresh.len(), 1, "{rest:?}");
        assert!(rest.iter().all(|outcome| **outcome == **fresh[0]), "{rest:?}");
        assert_eq!(runs.load(Ordering::Relaxed), 2);
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    }

    async fn a_call_that_failed_can_be_made_again_with_its_key<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for attempt in 0..3 {
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
            let answer = conn.call(call, async |conn| {
                conn.deposit(1, 50).await?;
                if attempt < 2 { Err(CallError::Declined("not yet")) } else { Ok(attempt) }
            }).await;
            match answer {
                Err(error) => assert!(attempt < 2 && matches!(error, CallError::Declined("not yet")), "{error:?}"),
                Ok(outcome) => assert!(attempt == 2 && !outcome.is_replayed()),
            }
            assert_eq!(db.ledger_count().await, i64::from(attempt == 2));
        }
    }
}
