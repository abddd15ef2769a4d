use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_diesel::{Error, IdempotencyKey, Outcome, RetryPolicy};
use idem_tests::{CallError, Driver, TestDb, deposit_call, for_each_driver};

fn quickly(attempts: u32) -> RetryPolicy {
    RetryPolicy::attempts(attempts)
        .min_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(2))
}

/// What a body gets that is told to start over, on any database.
fn transient() -> Error {
    Error::Database(DieselError::DatabaseError(
        DatabaseErrorKind::SerializationFailure,
        Box::new("start over".to_owned()),
    ))
}

/// Makes a deposit that fails `failures` times with `error`; gives the answer and the runs.
async fn deposit_after<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    policy: RetryPolicy,
    failures: usize,
    error: fn() -> Error,
) -> (Result<Outcome<i64>, Error>, usize) {
    let runs = AtomicUsize::new(0);
    let call = deposit_call(key, 50).retry(policy);
    let answer = conn
        .call_retrying(call, async |conn| {
            conn.deposit(1, 50).await?;
            if runs.fetch_add(1, Ordering::SeqCst) < failures {
                return Err(error());
            }
            Ok(conn.balance(1).await?)
        })
        .await;
    (answer, runs.into_inner())
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_body_told_to_start_over_is_run_until_it_succeeds<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let (answer, runs) = deposit_after(&mut conn, &key, quickly(3), 2, transient).await;
        assert_eq!((answer.unwrap(), runs), (Outcome::Fresh(1050), 3));
        let (answer, runs) = deposit_after(&mut conn, &key, quickly(3), 2, transient).await;
        assert_eq!((answer.unwrap(), runs), (Outcome::Replayed(1050), 0));
        assert_eq!(db.ledger_count().await, 1);
    }

    async fn after_its_last_attempt_a_call_ends_in_the_error_and_leaves_nothing<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for (attempts, expected) in [(3, 3), (1, 1), (0, 1)] {
            let (answer, runs) = deposit_after(&mut conn, &key, quickly(attempts), usize::MAX, transient).await;
            assert!(matches!(&answer, Err(Error::Database(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)))), "{answer:?}");
            assert_eq!(runs, expected);
            assert_eq!(db.committed(&key).await, (0, None));
        }
    }

    async fn an_error_that_another_attempt_would_meet_again_is_passed_on_at_once<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let (answer, runs) = deposit_after(&mut conn, &key, quickly(5), usize::MAX, || DieselError::NotFound.into()).await;
        assert!(matches!(&answer, Err(Error::Database(DieselError::NotFound))), "{answer:?}");
        assert_eq!((runs, db.committed(&key).await), (1, (0, None)));
    }

    async fn inside_the_callers_transaction_nothing_is_tried_again<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        let (answer, runs) = deposit_after(&mut conn, &key, quickly(5), 1, transient).await;
        assert!(answer.is_err() && runs == 1, "{answer:?}");
        conn.rollback().await.unwrap();
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn retry_if_says_what_is_tried_again<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn, runs) = (IdempotencyKey::generate(), db.connect().await, AtomicUsize::new(0));
        let is_transient = |error: &CallError| matches!(error, CallError::Declined("later"));
        let call = deposit_call(&key, 50).retry_if(quickly(5), is_transient);
        let answer = conn.call_retrying(call, async |conn| -> Result<i64, _> {
            conn.deposit(1, 50).await?;
            let reason = if runs.fetch_add(1, Ordering::SeqCst) < 2 { "later" } else { "never" };
            Err(CallError::Declined(reason))
        }).await;
        assert!(matches!(answer, Err(CallError::Declined("never"))), "{answer:?}");
        assert_eq!((runs.into_inner(), db.committed(&key).await), (3, (0, None)));
    }

    async fn the_waits_between_attempts_are_the_policys<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let (first, longest) = (Duration::from_millis(20), Duration::from_millis(30));
        let policy = RetryPolicy::attempts(4).min_delay(first).max_delay(longest);
        let start = Instant::now();
        let (answer, runs) = deposit_after(&mut conn, &key, policy, 3, transient).await;
        assert_eq!((answer.unwrap(), runs), (Outcome::Fresh(1050), 4));
        assert!(start.elapsed() >= first + longest * 2, "{:?}", start.elapsed());

        let limited = RetryPolicy::attempts(100).min_delay(first).max_delay(first).total(first * 3);
        let (answer, runs) = deposit_after(&mut conn, &IdempotencyKey::generate(), limited, usize::MAX, transient).await;
        assert!(answer.is_err() && (2..=4).contains(&runs), "{runs}");
    }
}
