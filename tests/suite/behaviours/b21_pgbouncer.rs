use std::time::Duration;

use idem_diesel::{IdempotencyKey, InFlightPolicy, Isolation, Outcome, Rejection};
use idem_tests::{
    Bank as _, CallError, Driver, TestDb, caught, deposit_call, deposit_once, for_each_driver,
};

for_each_driver! {
    on pgbouncer_sync pgbouncer_async;

    async fn clients_that_share_connections_have_answers_of_their_own<D: Driver>(db: &TestDb<D>) {
        const CLIENTS: usize = 30;
        let ours = IdempotencyKey::generate();
        let answers = db.concurrently(CLIENTS, async |number, conn: &mut D| {
            let mine = IdempotencyKey::generate();
            for round in 0..3 {
                let call = deposit_call(&mine, 50);
                let answer = conn.call(call, async |conn| -> Result<_, CallError> {
                    conn.deposit(2, 50).await?;
                    Ok(number)
                }).await.unwrap();
                assert_eq!((answer.is_replayed(), *answer), (round > 0, number));
            }
            let refused = deposit_once(conn, &mine, 51).await.unwrap_err();
            assert!(matches!(refused.rejection(), Some(Rejection::KeyReused { .. })), "{refused:?}");
            deposit_once(conn, &ours, 50).await.unwrap()
        }).await;
        assert_eq!(answers.iter().filter(|answer| !answer.is_replayed()).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| **answer == 1050), "{answers:?}");
        assert_eq!(db.ledger_count().await, 1 + i64::try_from(CLIENTS).unwrap());
    }

    async fn no_call_leaves_anything_in_a_session<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        for policy in [InFlightPolicy::Wait, InFlightPolicy::WaitAtMost(Duration::from_millis(100)), InFlightPolicy::Reject] {
            let (key, other) = (IdempotencyKey::generate(), IdempotencyKey::generate());
            let call = || deposit_call(&key, 50).in_flight(policy).isolation(Isolation::Serializable);
            for expected in [Outcome::Fresh(7), Outcome::Replayed(7)] {
                assert_eq!(conn.call(call(), async |_| Ok::<_, CallError>(7)).await.unwrap(), expected);
            }
            let call = || deposit_call(&other, 50).in_flight(policy);
            if policy != InFlightPolicy::Wait {
                db.while_another_runs(&other, async |conn: &mut D| {
                    assert!(conn.call(call(), async |_| Ok::<_, CallError>(50)).await.is_err());
                }).await;
            }
            let key = IdempotencyKey::generate();
            let call = || deposit_call(&key, 50).in_flight(policy);
            let failed = conn.call(call(), async |_| Err::<(), _>(CallError::Declined("no"))).await;
            assert!(failed.is_err());
            assert!(caught(conn.call(call(), async |_| -> Result<(), CallError> { panic!("no") })).await.is_err());
        }

        // Seen through PgBouncer, as its next client would.
        conn.begin().await.unwrap();
        for sql in [
            "SELECT setting::bigint AS n FROM pg_settings WHERE name = 'lock_timeout'",
            "SELECT (current_setting('transaction_isolation') <> 'read committed')::int::bigint AS n",
            "SELECT count(*) AS n FROM pg_prepared_statements WHERE statement LIKE '%idem_records%' AND statement NOT LIKE '%pg_prepared_statements%'",
            "SELECT count(*) AS n FROM pg_locks JOIN pg_database ON oid = database WHERE datname = current_database() AND locktype = 'advisory'",
            "SELECT count(*) AS n FROM pg_class WHERE relpersistence = 't'",
        ] {
            assert_eq!(conn.number(sql).await, Ok(0), "{sql}");
        }
        conn.rollback().await.unwrap();
        let open = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        assert_eq!(db.plain().await.number(open).await, Ok(0));
    }
}
