//! Not on SQLite: who has the write lock there, and an idempotent call has it from the beginning,
//! meets neither deadlocks nor serialization failures.

use std::sync::atomic::{AtomicUsize, Ordering};

use idem_diesel::{Error, IdempotencyKey, Idempotent, Isolation, Outcome, RetryPolicy};
use idem_tests::{CallError, Driver, Gate, TestDb, deposit_call, for_each_driver};

/// Two transfers between accounts 1 and 2 in opposite directions, each of which has its first
/// lock before either asks for its second; and how many bodies were begun.
async fn deadlock<D: Driver>(
    db: &TestDb<D>,
    keys: &[IdempotencyKey; 2],
    policy: RetryPolicy,
) -> (Vec<Result<Outcome<usize>, CallError>>, usize) {
    let (locked, runs) = ([Gate::new(), Gate::new()], AtomicUsize::new(0));
    let answers = db
        .concurrently(2, async |number, conn: &mut D| {
            let (from, to) = if number == 0 { (1, 2) } else { (2, 1) };
            let call = Idempotent::new("transfer").key(&keys[number]).retry(policy);
            let body = async |conn: &mut D| -> Result<_, CallError> {
                runs.fetch_add(1, Ordering::Relaxed);
                conn.deposit(from, -50).await?;
                locked[number].open();
                locked[1 - number].wait().await;
                conn.deposit(to, 50).await?;
                Ok(number)
            };
            conn.call_retrying(call, body).await
        })
        .await;
    (answers, runs.into_inner())
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn two_operations_that_deadlock_both_succeed<D: Driver>(db: &TestDb<D>) {
        let keys = [IdempotencyKey::generate(), IdempotencyKey::generate()];
        let (answers, runs) = deadlock(db, &keys, RetryPolicy::attempts(3)).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [Outcome::Fresh(0), Outcome::Fresh(1)]);
        assert_eq!((runs, db.ledger_count().await, db.balance(1).await), (3, 4, 1000));
    }

    async fn without_a_retry_a_deadlock_is_the_callers_to_try_again<D: Driver>(db: &TestDb<D>) {
        let keys = [IdempotencyKey::generate(), IdempotencyKey::generate()];
        let (answers, runs) = deadlock(db, &keys, RetryPolicy::attempts(1)).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert_eq!((runs, db.ledger_count().await), (2, 2));
        for (number, answer) in answers.into_iter().enumerate() {
            let Err(error) = answer else { continue };
            assert!(matches!(&error, CallError::Idem(error @ Error::Database(_)) if error.is_retryable()), "{error:?}");
            let call = Idempotent::new("transfer").key(&keys[number]);
            let again = db.connect().await.call(call, async |conn| -> Result<_, CallError> {
                conn.deposit(1, 0).await?;
                Ok(number)
            }).await;
            assert_eq!(again.unwrap(), Outcome::Fresh(number));
        }
    }

    async fn a_decision_on_what_another_one_changed_is_made_again<D: Driver>(db: &TestDb<D>) {
        // Each withdraws from an account of its own what both together have once.
        let (has_read, runs) = ([Gate::new(), Gate::new()], AtomicUsize::new(0));
        let answers = db.concurrently(2, async |number, conn: &mut D| {
            let key = IdempotencyKey::generate();
            let account = 1 + i64::try_from(number).unwrap();
            let call = deposit_call(&key, -1500).isolation(Isolation::Serializable).retry(RetryPolicy::attempts(5));
            conn.call_retrying(call, async |conn| {
                runs.fetch_add(1, Ordering::Relaxed);
                let both = conn.balance(1).await? + conn.balance(2).await?;
                has_read[number].open();
                has_read[1 - number].wait().await;
                if both < 1500 {
                    return Err(CallError::Declined("not enough"));
                }
                conn.deposit(account, -1500).await?;
                Ok(())
            }).await
        }).await;
        let (paid, declined): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(paid.len(), 1, "{declined:?}");
        assert!(matches!(declined[0], Err(CallError::Declined("not enough"))), "{declined:?}");
        assert_eq!((db.balance(1).await + db.balance(2).await, db.ledger_count().await), (500, 1));
        assert!(runs.into_inner() > 2);
    }

    async fn attempts_are_counted<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn, runs) = (IdempotencyKey::generate(), db.connect().await, AtomicUsize::new(0));
        for (attempts, succeeds_at, expected) in [(3, 9, 3), (3, 3, 3), (3, 2, 2), (1, 9, 1)] {
            runs.store(0, Ordering::Relaxed);
            let key = IdempotencyKey::derived("attempts", [format!("{key} {attempts} {succeeds_at}")]);
            let call = deposit_call(&key, 50).isolation(Isolation::RepeatableRead).retry(RetryPolicy::attempts(attempts));
            let answer = conn.call_retrying(call, async |conn| {
                let run = 1 + runs.fetch_add(1, Ordering::Relaxed);
                conn.deposit(1, 50).await?;
                if run < succeeds_at {
                    return Err(CallError::from(db.transient_failure(conn).await));
                }
                Ok(run)
            }).await;
            assert_eq!(runs.load(Ordering::Relaxed), expected);
            match answer {
                Ok(run) => assert_eq!(run, Outcome::Fresh(succeeds_at)),
                Err(error) => assert!(succeeds_at > expected && matches!(error, CallError::Idem(Error::Database(_))), "{error:?}"),
            }
        }
        assert_eq!(db.balance(1).await, 1100);
    }

    async fn an_error_of_another_kind_is_not_tried_again<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn, runs) = (IdempotencyKey::generate(), db.connect().await, AtomicUsize::new(0));
        for sql in ["SELECT 1 FROM nowhere", "INSERT INTO accounts VALUES (1, 0)"] {
            let call = deposit_call(&key, 50).retry(RetryPolicy::attempts(3));
            let answer = conn.call_retrying(call, async |conn| -> Result<_, CallError> {
                runs.fetch_add(1, Ordering::Relaxed);
                Ok(conn.execute(sql).await?)
            }).await;
            assert!(matches!(answer, Err(CallError::Idem(Error::Database(_)))), "{answer:?}");
        }
        assert_eq!(runs.into_inner(), 2);
    }

    async fn inside_a_transaction_nothing_is_tried_again<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn, runs) = (IdempotencyKey::generate(), db.connect().await, AtomicUsize::new(0));
        let outer = Idempotent::new("outer").key(&key).isolation(Isolation::RepeatableRead).retry(RetryPolicy::attempts(2));
        let answer = conn.call_retrying(outer, async |conn| {
            let call = deposit_call(&key, 50).retry(RetryPolicy::attempts(3));
            conn.call_retrying(call, async |conn| {
                if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                    return Err(CallError::from(db.transient_failure(conn).await));
                }
                conn.deposit(1, 50).await?;
                Ok(1050)
            }).await.map(Outcome::into_inner)
        }).await;
        // The outer call, whose transaction it is, has begun anew.
        assert_eq!(answer.unwrap(), Outcome::Fresh(1050));
        assert_eq!((runs.into_inner(), db.balance(1).await), (2, 1050));
    }
}
