//! Every kind of call, on connections with settings of their own.

use std::time::Duration;

use idem_diesel::{
    Error, IdempotencyKey, Idempotent, InFlightPolicy, Outcome, RecordId, Rejection, RetryPolicy,
    Status,
};
use idem_tests::servers::Database;
use idem_tests::{Bank, CallError, Calls as _, Driver, Gate, TestDb};
use serde::{Deserialize, Serialize};

/// Names and a result that no quoting, escaping, comparison or conversion may touch.
const OPERATION: &str = r#"o'p"e\'r`a$1?:é "#;
const TENANT: &str = "t\\e\"n''a%n_t\u{1f980}\u{e1}";
const RESULT: &str = "a'b\"c\\d\n\t`$1?é\u{1f980}\u{fffd} ";

/// An error that is kept.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Kept(String);

impl From<Error> for Kept {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

fn call(key: &IdempotencyKey) -> Idempotent<'_> {
    Idempotent::new(OPERATION)
        .tenant(TENANT)
        .key(key)
        .fingerprint(RESULT)
}

/// Writes a ledger row, wherever the session looks for tables.
async fn write<D: Bank>(db: Database, conn: &mut D) -> Result<(), Error> {
    let schema = if db == Database::Postgres {
        "public."
    } else {
        ""
    };
    conn.execute(&format!(
        "INSERT INTO {schema}ledger (account, amount, note) VALUES (1, 50, 'x')"
    ))
    .await?;
    Ok(())
}

/// Locks an account.
async fn lock<D: Bank>(db: Database, conn: &mut D, account: usize) -> Result<(), Error> {
    let schema = if db == Database::Postgres {
        "public."
    } else {
        ""
    };
    conn.execute(&format!(
        "UPDATE {schema}accounts SET balance = balance + 0 WHERE id = {account}"
    ))
    .await?;
    Ok(())
}

/// Fails unless calls on this database's connections have the answers they always have.
pub(super) async fn assert_usual_answers<D: Driver>(db: &TestDb<D>) {
    runs_and_replays(db).await;
    joins_transactions(db).await;
    expires(db).await;
    keeps_errors(db).await;
    refuses_while_another_runs(db).await;
    one_runs_when_the_first_fails(db).await;
    if db.server().database() == Database::Postgres {
        notices_swallowed_errors(db).await;
    }
    if db.server().database() != Database::Sqlite {
        retries_deadlocks(db).await;
    }
}

async fn runs_and_replays<D: Driver>(db: &TestDb<D>) {
    let (key, before) = (IdempotencyKey::generate(), db.ledger_count().await);
    for expected in [
        Outcome::Fresh(RESULT.to_owned()),
        Outcome::Replayed(RESULT.to_owned()),
    ] {
        let mut conn = db.connect().await;
        let answer = conn.call(call(&key), async |conn| -> Result<_, Error> {
            write(db.server().database(), conn).await?;
            Ok(RESULT.to_owned())
        });
        assert_eq!(answer.await.unwrap(), expected);
    }
    let other = call(&key).fingerprint("more");
    let refused = db
        .connect()
        .await
        .call(other, async |_| Ok::<_, Error>(String::new()))
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Error::Rejected(Rejection::KeyReused { .. })),
        "{refused:?}"
    );
    assert_eq!(db.ledger_count().await, before + 1);

    // What is stored looks the same to everybody.
    let id = RecordId {
        operation: OPERATION,
        tenant: TENANT,
        key: &key,
    };
    let mut stored = db.connect().await.record(&id).await.unwrap().unwrap();
    let mut plain = db.plain().await.record(&id).await.unwrap().unwrap();
    // Time goes on between the two looks.
    for left in [&mut stored, &mut plain].map(|stored| &mut stored.record.expires_in) {
        assert!(*left > Duration::from_secs(60), "{left:?}");
        *left = Duration::ZERO;
    }
    assert_eq!(stored, plain);
    assert!(
        stored.created_at.ends_with('Z') && stored.created_at < stored.expires_at,
        "{stored:?}"
    );
}

async fn joins_transactions<D: Driver>(db: &TestDb<D>) {
    let (key, before) = (IdempotencyKey::generate(), db.ledger_count().await);
    let mut conn = db.connect().await;
    for commits in [false, true] {
        conn.begin().await.unwrap();
        for expected in [Outcome::Fresh(7), Outcome::Replayed(7)] {
            let answer = conn.call(call(&key), async |conn| -> Result<_, Error> {
                write(db.server().database(), conn).await?;
                Ok(7)
            });
            assert_eq!(answer.await.unwrap(), expected);
        }
        if commits {
            conn.commit().await
        } else {
            conn.rollback().await
        }
        .unwrap();
    }
    assert_eq!(db.ledger_count().await, before + 1);
}

/// A clock that is read in two time zones would be hours off one way or the other.
async fn expires<D: Driver>(db: &TestDb<D>) {
    let (mut conn, key) = (db.connect().await, IdempotencyKey::generate());
    let long = Duration::from_secs(3600);
    for (ttl, expected) in [
        (Duration::from_millis(1), Outcome::Fresh(0)),
        (long, Outcome::Fresh(1)),
        (long, Outcome::Replayed(1)),
    ] {
        let number = i32::from(ttl == long);
        let answer = conn
            .call(call(&key).ttl(ttl), async |_| Ok::<_, Error>(number))
            .await;
        assert_eq!(answer.unwrap(), expected);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let short = IdempotencyKey::generate();
    let answer = conn
        .call(call(&short).ttl(Duration::from_millis(1)), async |_| {
            Ok::<_, Error>(0)
        })
        .await;
    assert_eq!(answer.unwrap(), Outcome::Fresh(0));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(conn.purge_expired(10).await.unwrap(), 1);
    assert_eq!(conn.purge_expired(10).await.unwrap(), 0);
    let stats = conn.stats().await.unwrap();
    assert!(
        stats
            .iter()
            .any(|stats| stats.operation == OPERATION && stats.expired == 0),
        "{stats:?}"
    );
    assert!(
        conn.forget(&RecordId {
            operation: OPERATION,
            tenant: TENANT,
            key: &key
        })
        .await
        .unwrap()
    );
}

async fn keeps_errors<D: Driver>(db: &TestDb<D>) {
    let (key, before) = (IdempotencyKey::generate(), db.ledger_count().await);
    for _ in 0..2 {
        let keeping = call(&key).record_errors(|_: &Kept| true);
        let mut conn = db.connect().await;
        let answer = conn.call(keeping, async |conn| {
            write(db.server().database(), conn).await?;
            Err::<(), _>(Kept(RESULT.to_owned()))
        });
        assert_eq!(answer.await.unwrap_err(), Kept(RESULT.to_owned()));
    }
    assert_eq!(db.ledger_count().await, before);
    let id = RecordId {
        operation: OPERATION,
        tenant: TENANT,
        key: &key,
    };
    assert_eq!(
        db.connect()
            .await
            .record(&id)
            .await
            .unwrap()
            .unwrap()
            .record
            .status,
        Status::Failed
    );
}

async fn refuses_while_another_runs<D: Driver>(db: &TestDb<D>) {
    for policy in [
        InFlightPolicy::Reject,
        InFlightPolicy::WaitAtMost(Duration::from_millis(100)),
    ] {
        for inside in [false, true] {
            let key = IdempotencyKey::generate();
            let refused = db
                .while_another_runs(&key, async |conn| {
                    if inside {
                        conn.begin().await.unwrap();
                    }
                    let call = idem_tests::deposit_call(&key, 50).in_flight(policy);
                    let answer = conn.call(call, async |_| Ok::<_, Error>(50)).await;
                    if inside {
                        conn.rollback().await.unwrap();
                    }
                    answer.unwrap_err()
                })
                .await;
            assert!(
                matches!(refused, Error::Rejected(Rejection::InFlight { .. })),
                "{refused:?}"
            );
        }
    }
}

async fn one_runs_when_the_first_fails<D: Driver>(db: &TestDb<D>) {
    const WAITERS: usize = 3;
    let (key, running) = (IdempotencyKey::generate(), Gate::new());
    let mut answers = db
        .concurrently(1 + WAITERS, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
            }
            conn.call(call(&key), async |conn| {
                write(db.server().database(), conn).await?;
                if number > 0 {
                    return Ok(number);
                }
                running.open();
                db.until_blocked(WAITERS).await;
                Err(CallError::Declined("the first one"))
            })
            .await
        })
        .await;
    assert!(matches!(
        answers.remove(0),
        Err(CallError::Declined("the first one"))
    ));
    let fresh = answers
        .into_iter()
        .filter(|answer| !answer.as_ref().unwrap().is_replayed());
    assert_eq!(fresh.count(), 1);
}

async fn notices_swallowed_errors<D: Driver>(db: &TestDb<D>) {
    let key = IdempotencyKey::generate();
    let answer = db
        .connect()
        .await
        .call(call(&key), async |conn| {
            conn.execute("nonsense").await.unwrap_err();
            Ok::<_, Error>(())
        })
        .await;
    assert!(
        matches!(answer, Err(Error::Rejected(Rejection::LostClaim { .. }))),
        "{answer:?}"
    );
}

async fn retries_deadlocks<D: Driver>(db: &TestDb<D>) {
    let locked = [Gate::new(), Gate::new()];
    let answers = db
        .concurrently(2, async |number, conn: &mut D| {
            let key = IdempotencyKey::generate();
            let retrying = call(&key).retry(RetryPolicy::attempts(3));
            conn.call_retrying(retrying, async |conn| {
                lock(db.server().database(), conn, 1 + number).await?;
                locked[number].open();
                locked[1 - number].wait().await;
                lock(db.server().database(), conn, 2 - number).await?;
                Ok::<_, Error>(number)
            })
            .await
        })
        .await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, [Outcome::Fresh(0), Outcome::Fresh(1)]);
}
