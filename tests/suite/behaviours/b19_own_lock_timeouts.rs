use std::time::Duration;

use diesel::QueryResult;
use idem_diesel::{IdempotencyKey, InFlightPolicy, Outcome};
use idem_tests::servers::Database;
use idem_tests::{Bank, CallError, Driver, TestDb, deposit_call, for_each_driver};

const POLICIES: [InFlightPolicy; 3] = [
    InFlightPolicy::Wait,
    InFlightPolicy::WaitAtMost(Duration::from_secs(5)),
    InFlightPolicy::Reject,
];

/// The same database, on whose connections a lock is waited for 43 s, or 43 ms on SQLite; nor does
/// a statement run any longer on PostgreSQL.
fn with_own_timeout<D: Driver>(db: &TestDb<D>) -> TestDb<D> {
    db.on_connect(match db.server().database() {
        Database::Postgres => "SELECT set_config('lock_timeout', '43s', false), set_config('statement_timeout', '43s', false)",
        Database::Mysql => "SET SESSION innodb_lock_wait_timeout = 43",
        Database::Sqlite => "PRAGMA busy_timeout = 43",
    })
}

/// How long this session waits for a lock, in the unit that it was set in.
async fn timeout<D: Bank>(database: Database, conn: &mut D) -> QueryResult<i64> {
    conn.number(match database {
        Database::Postgres => {
            "SELECT CASE WHEN min(setting) = max(setting) THEN min(setting)::bigint / 1000 END AS n \
             FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')"
        }
        Database::Mysql => "SELECT CAST(@@innodb_lock_wait_timeout AS SIGNED) AS n",
        Database::Sqlite => "SELECT timeout AS n FROM pragma_busy_timeout",
    })
    .await
}

/// Calls with this policy; gives what the body has for a timeout.
async fn timeout_in_a_call<D: Driver>(
    database: Database,
    conn: &mut D,
    key: &IdempotencyKey,
    policy: InFlightPolicy,
) -> Result<Outcome<i64>, CallError> {
    let call = deposit_call(key, 50)
        .in_flight(policy)
        .ttl(Duration::from_millis(1));
    conn.call(call, async |conn| {
        conn.deposit(1, 50).await?;
        Ok(timeout(database, conn).await?)
    })
    .await
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn a_body_has_the_sessions_own_lock_timeout<D: Driver>(db: &TestDb<D>) {
        let (db, database) = (with_own_timeout(db), db.server().database());
        let mut conn = db.connect().await;
        for policy in POLICIES {
            let key = IdempotencyKey::generate();
            // The second time, the record has expired and is taken over.
            for _ in 0..2 {
                let answer = timeout_in_a_call(database, &mut conn, &key, policy).await;
                assert_eq!(answer.unwrap(), Outcome::Fresh(43), "{policy:?}");
                assert_eq!(timeout(database, &mut conn).await, Ok(43), "{policy:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn a_body_in_a_transaction_has_that_ones_lock_timeout<D: Driver>(db: &TestDb<D>) {
        let (db, database) = (with_own_timeout(db), db.server().database());
        let mut conn = db.connect().await;
        for policy in POLICIES {
            let key = IdempotencyKey::generate();
            for _ in 0..2 {
                conn.begin().await.unwrap();
                let expected = if database == Database::Postgres {
                    conn.execute("SELECT set_config('lock_timeout', '34s', true), set_config('statement_timeout', '34s', true)").await.unwrap();
                    34
                } else {
                    43
                };
                let answer = timeout_in_a_call(database, &mut conn, &key, policy).await;
                assert_eq!(answer.unwrap(), Outcome::Fresh(expected), "{policy:?}");
                assert_eq!(timeout(database, &mut conn).await, Ok(expected), "{policy:?}");
                conn.commit().await.unwrap();
                assert_eq!(timeout(database, &mut conn).await, Ok(43), "{policy:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn a_refused_call_leaves_the_sessions_lock_timeout<D: Driver>(db: &TestDb<D>) {
        let (db, database) = (with_own_timeout(db), db.server().database());
        for policy in [InFlightPolicy::WaitAtMost(Duration::from_millis(100)), InFlightPolicy::Reject] {
            for inside in [false, true] {
                let key = IdempotencyKey::generate();
                db.while_another_runs(&key, async |conn| {
                    if inside {
                        conn.begin().await.unwrap();
                    }
                    timeout_in_a_call(database, conn, &key, policy).await.unwrap_err();
                    assert_eq!(timeout(database, conn).await, Ok(43), "{policy:?}");
                    if inside {
                        conn.rollback().await.unwrap();
                    }
                    assert_eq!(timeout(database, conn).await, Ok(43), "{policy:?}");
                }).await;
            }
        }
    }
}
