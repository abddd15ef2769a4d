use idem_diesel::{IdempotencyKey, Idempotent, InFlightPolicy, Outcome, Rejection};
use idem_tests::{CallError, Driver, Gate, TestDb, for_each_driver};

const CALLERS: usize = 10;

/// Fails unless exactly one call is fresh and all have its value.
fn assert_one_ran(answers: Vec<Result<Outcome<usize>, CallError>>) {
    let outcomes: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    let fresh: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.is_replayed())
        .collect();
    assert_eq!(fresh.len(), 1, "{outcomes:?}");
    assert!(
        outcomes.iter().all(|outcome| **outcome == **fresh[0]),
        "{outcomes:?}"
    );
}

for_each_driver! {
    async fn concurrent_calls_with_one_key_run_the_body_once<D: Driver>(db: &TestDb<D>) {
        const ROUNDS: i64 = 5;
        for _ in 0..ROUNDS {
            let key = IdempotencyKey::generate();
            let answers = db.concurrently(CALLERS, async |number, conn: &mut D| {
                let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
                conn.call(call, async |conn| -> Result<_, CallError> {
                    conn.deposit(1, 50).await?;
                    Ok(number)
                }).await
            }).await;
            assert_one_ran(answers);
        }
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1000 + 50 * ROUNDS, ROUNDS));
    }

    async fn callers_that_wait_for_a_slow_body_all_get_its_value<D: Driver>(db: &TestDb<D>) {
        let (key, running) = (IdempotencyKey::generate(), Gate::new());
        let answers = db.concurrently(CALLERS, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
            }
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
            conn.call(call, async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                running.open();
                db.until_blocked(CALLERS - 1).await;
                Ok(number)
            }).await
        }).await;
        assert!(answers[0].as_ref().is_ok_and(|first| !first.is_replayed()), "{answers:?}");
        assert_one_ran(answers);
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    }

    async fn callers_that_will_not_wait_get_the_value_or_in_flight<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let answers = db.concurrently(CALLERS, async |number, conn: &mut D| {
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50).in_flight(InFlightPolicy::Reject);
            conn.call(call, async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                Ok(number)
            }).await
        }).await;
        let (answered, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_one_ran(answered);
        for refused in refused.into_iter().map(Result::unwrap_err) {
            assert!(matches!(refused.rejection(), Some(Rejection::InFlight { .. })), "{refused:?}");
        }
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    }

    async fn concurrent_calls_with_different_keys_all_run<D: Driver>(db: &TestDb<D>) {
        let answers = db.concurrently(CALLERS, async |number, conn: &mut D| {
            let key = IdempotencyKey::generate();
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
            conn.call(call, async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                Ok(number)
            }).await.unwrap()
        }).await;
        let expected: Vec<_> = (0..CALLERS).map(Outcome::Fresh).collect();
        assert_eq!(answers, expected);
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1500, 10));
    }
}
