use idem_diesel::{Error, IdempotencyKey, Idempotent, Lost, Outcome, Rejection, Status};
use idem_tests::{CallError, Driver, TestDb, deposit_call, deposit_once, for_each_driver};
use serde::{Deserialize, Serialize};

/// Fails unless this says that the claim was lost, and how.
#[track_caller]
fn assert_lost<T: std::fmt::Debug>(answer: Result<T, CallError>, expected: Lost) {
    let error = answer.unwrap_err();
    let Some(rejection @ Rejection::LostClaim { operation, lost }) = error.rejection() else {
        panic!("{error:?}");
    };
    assert_eq!((operation.as_str(), *lost), ("deposit", expected));
    // Of an aborted transaction, nothing is left for sure.
    let answer = if expected == Lost::Aborted {
        (503, true)
    } else {
        (500, false)
    };
    assert_eq!((rejection.status(), rejection.is_retryable()), answer);
}

/// An error that can be kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept(String);

impl From<Error> for Kept {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// Errors after which PostgreSQL does nothing more until the transaction ends.
const ERRORS: [&str; 4] = [
    "INSERT INTO accounts VALUES (1, 0)",
    "SELECT 1 / 0",
    "SELECT * FROM nowhere",
    "nonsense",
];

// PostgreSQL: any error aborts the transaction.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn no_error_of_postgresql_can_be_swallowed<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        for sql in ERRORS {
            let key = IdempotencyKey::generate();
            let answer = conn.call(deposit_call(&key, 50), async |conn| {
                conn.deposit(1, 50).await?;
                conn.execute(sql).await.unwrap_err();
                Ok(1050)
            }).await;
            assert_lost(answer, Lost::Aborted);
            assert_eq!(db.committed(&key).await, (0, None), "{sql}");
        }
        // And the connection is as good as before.
        let key = IdempotencyKey::generate();
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn an_error_swallowed_before_a_result_of_any_size_is_noticed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let fails = async |conn: &mut D| -> Result<(), CallError> {
            conn.deposit(1, 50).await?;
            conn.execute("nonsense").await.unwrap_err();
            conn.deposit(1, 50).await.unwrap_err();
            Ok(())
        };
        assert_lost(conn.call(deposit_call(&key, 50), fails).await, Lost::Aborted);
        for length in [0, 1 << 20] {
            let answer = conn.call(deposit_call(&key, 50), async |conn| {
                fails(conn).await?;
                Ok("é".repeat(length))
            }).await;
            assert_lost(answer, Lost::Aborted);
        }
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn an_error_swallowed_in_the_callers_transaction_takes_back_the_call_alone<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.deposit(1, 50).await?;
            conn.execute("nonsense").await.unwrap_err();
            Ok(1050)
        }).await;
        assert_lost(answer, Lost::Aborted);
        conn.deposit(3, 7).await.unwrap();
        conn.commit().await.unwrap();
        assert_eq!(db.committed(&key).await, (2, None));
        assert_eq!((db.balance(1).await, db.balance(2).await, db.balance(3).await), (1000, 1007, 1007));
    }
}

// MySQL and MariaDB: a deadlock ends the transaction, and what is written next is outside of it.
for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_deadlock_can_not_be_swallowed_nor_what_is_written_after_it_committed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.deposit(1, 50).await?;
            let error = db.deadlock(conn).await;
            assert!(error.to_string().starts_with("Deadlock found"), "{error}");
            conn.deposit(1, 50).await?;
            Ok(1050)
        }).await;
        assert_lost(answer, Lost::NotOurs);
        assert_eq!(db.committed(&key).await, (0, None));

        // The connection commits again by itself, as before.
        conn.deposit(2, 7).await.unwrap();
        assert_eq!(db.balance(2).await, 1007);
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }

    async fn a_deadlock_can_not_be_swallowed_where_there_is_nothing_to_store<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            db.deadlock(conn).await;
            Ok(conn.deposit(1, 50).await?)
        }).await;
        assert_lost(answer, Lost::NotOurs);
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn a_deadlock_can_not_be_swallowed_where_errors_are_kept<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for fails in [false, true] {
            let call = Idempotent::new("deposit").key(&key).record_errors(|_: &Kept| true);
            let answer = conn.call(call, async |conn| {
                db.deadlock(conn).await;
                conn.deposit(1, 50).await.map_err(Error::from)?;
                if fails { Err(Kept("after a deadlock".into())) } else { Ok(7) }
            }).await;
            assert!(answer.is_err(), "{answer:?}");
            assert_eq!(db.committed(&key).await, (0, None));
        }
        conn.deposit(2, 7).await.unwrap();
        assert_eq!(db.balance(2).await, 1007);
    }

    async fn a_deadlock_swallowed_in_a_call_within_a_call_ends_both<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let inner = IdempotencyKey::generate();
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            let answer = conn.call(deposit_call(&inner, 50), async |conn| -> Result<_, CallError> {
                db.deadlock(conn).await;
                conn.deposit(1, 50).await?;
                Ok(1100)
            }).await;
            assert!(answer.is_err(), "{answer:?}");
            Ok(1050)
        }).await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(db.committed(&key).await, (0, None));
        assert_eq!(db.committed(&inner).await, (0, None));
    }

    async fn a_deadlock_swallowed_in_the_callers_transaction_keeps_that_from_being_committed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(1, 7).await.unwrap();
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.deposit(1, 50).await?;
            db.deadlock(conn).await;
            Ok(1050)
        }).await;
        assert_lost(answer, Lost::NotOurs);
        assert!(conn.commit().await.is_err());
        drop(conn);
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn no_call_runs_in_a_transaction_that_a_swallowed_deadlock_has_ended<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        db.deadlock(&mut conn).await;
        let not_run = async |_: &mut D| -> Result<i64, CallError> { panic!("the body ran") };
        conn.call(deposit_call(&key, 50), not_run).await.unwrap_err();
        // Nor does any other on this connection, before or after the caller's end.
        conn.call(deposit_call(&key, 50), not_run).await.unwrap_err();
        assert!(conn.commit().await.is_err());
        conn.call(deposit_call(&key, 50), not_run).await.unwrap_err();
        drop(conn);
        assert_eq!(db.committed(&key).await, (0, None));
    }
}

// SQLite: some errors roll back the transaction by themselves.
for_each_driver! {
    on sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn no_error_that_rolls_back_can_be_swallowed<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        conn.execute("CREATE TRIGGER no_more BEFORE INSERT ON ledger WHEN NEW.note = 'no more' BEGIN SELECT RAISE(ROLLBACK, 'no more'); END")
            .await.unwrap();
        for sql in [
            "INSERT OR ROLLBACK INTO accounts VALUES (1, 0)",
            "INSERT INTO ledger (account, amount, note) VALUES (1, 50, 'no more')",
        ] {
            let key = IdempotencyKey::generate();
            let answer = conn.call(deposit_call(&key, 50), async |conn| {
                conn.deposit(1, 50).await?;
                conn.execute(sql).await.unwrap_err();
                Ok(1050)
            }).await;
            assert_lost(answer, Lost::NotOurs);
            let answer = conn.call(deposit_call(&key, 50), async |conn| {
                conn.deposit(1, 50).await?;
                conn.execute(sql).await.unwrap_err();
                Ok(())
            }).await;
            assert_lost(answer, Lost::NotOurs);
            assert_eq!(db.committed(&key).await, (0, None), "{sql}");
            assert_eq!(deposit_once(&mut conn, &key, 0).await.unwrap(), Outcome::Fresh(1000));
            conn.execute("DELETE FROM ledger").await.unwrap();
        }
    }

    async fn a_full_database_is_not_a_success<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.execute("PRAGMA max_page_count = 1").await.unwrap();
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            let error = conn.deposit_noted(1, 50, &"too much".repeat(1 << 20)).await.unwrap_err();
            assert_eq!(error.to_string(), "database or disk is full");
            Ok("a result".repeat(1 << 10))
        }).await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn a_rollback_in_the_callers_transaction_keeps_that_from_being_committed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.deposit(1, 50).await?;
            conn.execute("INSERT OR ROLLBACK INTO accounts VALUES (1, 0)").await.unwrap_err();
            Ok(1050)
        }).await;
        assert_lost(answer, Lost::NotOurs);
        assert!(conn.commit().await.is_err());
        assert_eq!(db.committed(&key).await, (0, None));
    }
}
