//! Not a call is dropped but a query, as by a timeout round it: mysql_async then gives its answer to
//! the next query, that one's to the query after, and so on.

use std::time::Duration;

use idem_diesel::{IdempotencyKey, Outcome, RecordId};
use idem_tests::servers::Database;
use idem_tests::{CallError, Driver, TestDb, caught, deposit_call, for_each_driver};

/// How a body ends after a query of its was dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    Succeeds,
    Fails,
    Panics,
    IsTooLong,
    LeavesATransaction,
}

for_each_driver! {
    on postgres_async mysql_async;

    async fn a_query_dropped_in_a_body_spoils_no_later_answer<D: Driver>(db: &TestDb<D>) {
        for fails in [true, false] {
            let (key, conn) = (IdempotencyKey::generate(), db.connect().await);
            let mut conn = with_prepared_statements(conn, &key).await;
            let answer = conn.call(deposit_call(&key, 50), async |conn| {
                conn.deposit(1, 50).await?;
                drop_a_query(conn, db).await;
                // Its "one row" may reach the finish.
                conn.deposit(1, 50).await?;
                if fails { Err(CallError::Declined("timeout")) } else { Ok(1) }
            }).await;
            match answer {
                Ok(answer) => assert_eq!((answer, db.committed(&key).await.0), (Outcome::Fresh(1), 2)),
                Err(_) => assert_eq!(db.committed(&key).await, (0, None)),
            }
            assert_right_or_refused(&mut conn, db).await;
            db.execute("DELETE FROM ledger").await;
        }
    }

    async fn a_query_dropped_before_a_call_spoils_no_answer<D: Driver>(db: &TestDb<D>) {
        for dropped in 1..4 {
            let (key, conn) = (IdempotencyKey::generate(), db.connect().await);
            let mut conn = with_prepared_statements(conn, &key).await;
            for _ in 0..dropped {
                drop_a_query(&mut conn, db).await;
            }
            assert_right_or_refused(&mut conn, db).await;
            db.execute("DELETE FROM ledger").await;
        }
    }

    async fn whoever_gets_the_connection_next_gets_its_own_answers<D: Driver>(db: &TestDb<D>) {
        let endings = [Ending::Succeeds, Ending::Fails, Ending::Panics, Ending::IsTooLong, Ending::LeavesATransaction];
        for (nested, ending) in [false, true].into_iter().flat_map(|nested| endings.map(|ending| (nested, ending))) {
            let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
            if nested {
                conn.begin().await.unwrap();
            }
            let call = deposit_call(&key, 50).max_result(if ending == Ending::IsTooLong { 0 } else { 100 });
            let _ = caught(conn.call(call, async |conn| {
                if ending == Ending::LeavesATransaction {
                    conn.begin().await?;
                }
                drop_a_query(conn, db).await;
                match ending {
                    Ending::Fails => Err(CallError::Declined("it was slow")),
                    Ending::Panics => panic!("it was slow"),
                    _ => Ok(1),
                }
            })).await;
            if !nested || conn.commit().await.is_ok() {
                assert_broken_or_in_step(&mut conn).await;
            }
        }
    }

    async fn what_is_done_outside_of_calls_spoils_and_believes_no_answer<D: Driver>(db: &TestDb<D>) {
        let (key, mut other) = (IdempotencyKey::generate(), db.connect().await);
        let id = RecordId { operation: "deposit", tenant: "", key: &key };
        other.begin().await.unwrap();
        other.execute(match db.server().database() {
            Database::Postgres => "LOCK TABLE idem_records",
            _ => "LOCK TABLES idem_records WRITE",
        }).await.unwrap();
        let mut conn = db.connect().await;
        let purge = tokio::time::timeout(Duration::from_millis(100), conn.purge_expired(10));
        assert!(purge.await.is_err());
        drop(other);
        assert_broken_or_in_step(&mut conn).await;

        let mut conn = db.connect().await;
        conn.call(deposit_call(&key, 50), async |_| Ok::<_, CallError>(1)).await.unwrap();
        drop_a_query(&mut conn, db).await;
        // The deposit's one row may pass for a record that was deleted.
        let _ = conn.deposit(1, 50).await;
        let forgotten = conn.forget(&id).await;
        let is_there = db.connect().await.record(&id).await.unwrap().is_some();
        assert!(forgotten.is_err() || forgotten.is_ok_and(|forgotten| forgotten != is_there));
    }
}

/// So that a query that is dropped is one message, and every statement of a call is another.
async fn with_prepared_statements<D: Driver>(mut conn: D, key: &IdempotencyKey) -> D {
    let other = IdempotencyKey::generate();
    for _ in 0..2 {
        conn.call(deposit_call(&other, 50).peek(), async |_| {
            Ok::<_, CallError>(50)
        })
        .await
        .unwrap();
        let fails = async |_: &mut D| Err::<i64, _>(CallError::Declined("first"));
        conn.call(deposit_call(key, 50), fails).await.unwrap_err();
    }
    conn
}

async fn drop_a_query<D: Driver>(conn: &mut D, db: &TestDb<D>) {
    let slow = match db.server().database() {
        Database::Postgres => "SELECT 7::bigint AS n FROM pg_sleep(0.1)",
        _ => "SELECT CAST(7 + SLEEP(0.1) AS SIGNED) AS n",
    };
    let query = tokio::time::timeout(Duration::from_millis(20), conn.number(slow));
    assert!(query.await.is_err());
}

/// Calls that can be told apart by their keys alone, some of them with an answer already.
async fn assert_right_or_refused<D: Driver>(conn: &mut D, db: &TestDb<D>) {
    let keys: Vec<_> = (0..8).map(|_| IdempotencyKey::generate()).collect();
    let mut other = db.connect().await;
    for (n, key) in (0_i64..).zip(&keys[..4]) {
        other
            .call(deposit_call(key, 50), async |_| Ok::<_, CallError>(n))
            .await
            .unwrap();
    }
    for peek in [true, false] {
        for (n, key) in (0_i64..).zip(&keys) {
            let call = deposit_call(key, 50);
            let call = if peek { call.peek() } else { call };
            let before = db.ledger_count().await;
            let answer = conn
                .call(call, async |conn| {
                    conn.deposit(1, 50).await?;
                    Ok::<_, CallError>(n)
                })
                .await;
            let after = db.ledger_count().await;
            match answer {
                Ok(Outcome::Fresh(answer)) => assert_eq!((answer, after), (n, before + 1)),
                Ok(Outcome::Replayed(answer)) => assert_eq!((answer, after), (n, before)),
                Err(_) => assert_eq!(after, before),
            }
        }
    }
}

/// A pool throws away a connection that is broken.
async fn assert_broken_or_in_step<D: Driver>(conn: &mut D) {
    if conn.begin().await.is_ok() {
        for account in [2, 3] {
            assert_eq!(conn.balance(account).await, Ok(1000));
        }
        conn.rollback().await.unwrap();
    }
}
