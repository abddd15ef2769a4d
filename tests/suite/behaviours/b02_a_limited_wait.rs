use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use idem_diesel::{IdempotencyKey, InFlightPolicy, Outcome, Status};
use idem_tests::servers::Database;
use idem_tests::{CallError, Driver, Gate, TestDb, deposit_call, deposit_once, for_each_driver};

/// How late an answer may be on a busy machine.
const SLACK: Duration = Duration::from_secs(3);

/// A deposit of 50 with this policy, and how long its answer took.
async fn timed<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    policy: InFlightPolicy,
) -> (Result<Outcome<i64>, CallError>, Duration) {
    let started = Instant::now();
    let call = deposit_call(key, 50).in_flight(policy);
    let answer = conn.call(call, async |_| panic!("the body ran")).await;
    (answer, started.elapsed())
}

/// Fails unless this is a conflict that says when to try again, within `limit`.
fn assert_in_flight<T: std::fmt::Debug>(answer: Result<T, CallError>, limit: Duration) {
    let error = answer.unwrap_err();
    let rejection = error.rejection().unwrap_or_else(|| panic!("{error:?}"));
    let retry_after = rejection
        .retry_after()
        .unwrap_or_else(|| panic!("{rejection:?}"));
    assert!(
        retry_after > Duration::ZERO && retry_after <= limit,
        "{retry_after:?}"
    );
    assert!(rejection.is_retryable());
    assert_eq!(
        (rejection.status(), rejection.problem().kind),
        (409, "urn:idem:in-flight")
    );
}

for_each_driver! {
    async fn a_call_that_will_not_wait_is_refused_at_once<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let (answer, time) = db.while_another_runs(&key, async |conn| {
            timed(conn, &key, InFlightPolicy::Reject).await
        }).await;
        assert_in_flight(answer, Duration::from_secs(1));
        assert!(time < SLACK, "{time:?}");
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn a_wait_ends_at_its_limit<D: Driver>(db: &TestDb<D>) {
        let (key, limit) = (IdempotencyKey::generate(), Duration::from_millis(700));
        let (answer, time) = db.while_another_runs(&key, async |conn| {
            timed(conn, &key, InFlightPolicy::WaitAtMost(limit)).await
        }).await;
        assert_in_flight(answer, limit);
        // A millisecond may be lost where a database counts in whole ones.
        assert!(time + Duration::from_millis(2) > limit && time < limit + SLACK, "{time:?}");
    }

    async fn a_wait_keeps_its_limit_while_one_rival_after_another_fails<D: Driver>(db: &TestDb<D>) {
        const RIVALS: usize = 7;
        let (key, limit) = (IdempotencyKey::generate(), Duration::from_millis(700));
        let (running, done) = (Gate::new(), AtomicBool::new(false));
        db.concurrently(RIVALS + 1, async |number, conn: &mut D| {
            if number == RIVALS {
                running.wait().await;
                let call = deposit_call(&key, 50).in_flight(InFlightPolicy::WaitAtMost(limit));
                let started = Instant::now();
                let answer = conn.call(call, async |_| Ok(started.elapsed())).await;
                // Or it was the next in turn.
                let time = answer.as_ref().map_or_else(|_| started.elapsed(), |answer| **answer);
                done.store(true, Ordering::SeqCst);
                if answer.is_err() {
                    assert_in_flight(answer, limit);
                }
                return assert!(time < limit + SLACK / 2, "{time:?}");
            }
            while !done.load(Ordering::SeqCst) {
                let _ = conn.call(deposit_call(&key, 50), async |_| -> Result<Duration, _> {
                    running.open();
                    tokio::time::sleep(Duration::from_millis(600)).await;
                    Err(CallError::Declined("it fails"))
                }).await;
            }
        }).await;
    }

    async fn a_wait_that_is_long_enough_ends_in_a_replay<D: Driver>(db: &TestDb<D>) {
        let (key, running) = (IdempotencyKey::generate(), Gate::new());
        let answers = db.concurrently(2, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
                return timed(conn, &key, InFlightPolicy::WaitAtMost(Duration::from_secs(25))).await.0;
            }
            conn.call(deposit_call(&key, 50), async |conn| {
                conn.deposit(1, 50).await?;
                running.open();
                tokio::time::sleep(Duration::from_millis(300)).await;
                Ok(1050)
            }).await
        }).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [Outcome::Fresh(1050), Outcome::Replayed(1050)]);
    }

    async fn a_call_that_will_not_wait_replays_what_is_there<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        for policy in [InFlightPolicy::Reject, InFlightPolicy::WaitAtMost(Duration::ZERO)] {
            assert_eq!(timed(&mut conn, &key, policy).await.0.unwrap(), Outcome::Replayed(1050));
        }
    }

    async fn a_transaction_goes_on_after_a_call_in_it_was_refused<D: Driver>(db: &TestDb<D>) {
        let (key, limit) = (IdempotencyKey::generate(), Duration::from_millis(700));
        for policy in [InFlightPolicy::Reject, InFlightPolicy::WaitAtMost(limit)] {
            let key = IdempotencyKey::derived("refused in a transaction", [key.as_str(), &format!("{policy:?}")]);
            let before = db.ledger_count().await;
            let (answer, time) = db.while_another_runs(&key, async |conn| {
                conn.begin().await.unwrap();
                if db.server().database() != Database::Sqlite {
                    // There, the other one has the only write lock.
                    conn.deposit(2, 7).await.unwrap();
                }
                let refused = timed(conn, &key, policy).await;
                assert_eq!(conn.balance(3).await, Ok(1000));
                conn.commit().await.unwrap();
                refused
            }).await;
            assert_in_flight(answer, Duration::from_secs(1));
            let least = if policy == InFlightPolicy::Reject { Duration::ZERO } else { limit };
            assert!(time + Duration::from_millis(2) > least && time < least + SLACK, "{time:?}");
            let more = 1 + i64::from(db.server().database() != Database::Sqlite);
            assert_eq!(db.committed(&key).await, (before + more, Some(Status::Completed)));
        }
    }
}

// SQLite has one writer at a time and can't tell who it is: any of them makes it refuse.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn another_key_is_not_refused<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let answer = db.while_another_runs(&key, async |conn| {
            let other = IdempotencyKey::generate();
            let call = deposit_call(&other, 50).in_flight(InFlightPolicy::Reject);
            conn.call(call, async |conn| -> Result<_, CallError> { Ok(conn.deposit(2, 50).await?) }).await
        }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(()));
    }
}

// Not SQLite, which waits for a minute, and not PgBouncer, where a session isn't the client's to set.
for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async;

    async fn a_wait_without_a_limit_ends_where_the_session_has_one<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let limited = db.on_connect(match db.server().database() {
            Database::Mysql => "SET SESSION innodb_lock_wait_timeout = 1",
            _ => "SET lock_timeout = '1s'",
        });
        let (answer, time) = limited.while_another_runs(&key, async |conn| {
            timed(conn, &key, InFlightPolicy::Wait).await
        }).await;
        assert_in_flight(answer, Duration::from_secs(1));
        assert!(time >= Duration::from_millis(900) && time < Duration::from_secs(1) + SLACK, "{time:?}");
    }
}
