use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_diesel::{Error, IdempotencyKey, Lost, Outcome, Rejection, Status};
use idem_tests::{
    Bank as _, CallError, Driver, TestDb, deposit_call, deposit_once, for_each_driver,
};

/// What of this call's loss is known.
fn lost<T: std::fmt::Debug>(answer: Result<T, CallError>) -> Lost {
    let error = answer.unwrap_err();
    match error.rejection() {
        Some(Rejection::LostClaim { lost, .. }) => *lost,
        _ => panic!("{error:?}"),
    }
}

for_each_driver! {
    async fn a_body_that_rolls_back_by_itself_is_an_error<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.deposit(1, 50).await?;
            conn.execute("ROLLBACK").await?;
            Ok(1050)
        }).await;
        lost(answer);
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.deposit(1, 50).await?;
            conn.execute("ROLLBACK").await?;
            Ok(())
        }).await;
        lost(answer);
        assert_eq!(db.committed(&key).await, (0, None));
        assert_eq!(deposit_once(&mut db.connect().await, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }

    async fn a_transaction_that_the_body_leaves_open_is_an_error<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for depth in [1, 2] {
            let answer = conn.call(deposit_call(&key, 50), async |conn| {
                for _ in 0..depth {
                    conn.begin().await?;
                    conn.deposit(1, 50).await?;
                }
                Ok(1050)
            }).await;
            assert_eq!(lost(answer), Lost::OpenTransaction);
            assert_eq!(db.committed(&key).await, (0, None));
        }
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn a_transaction_left_open_within_the_callers_takes_back_the_call_alone<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.begin().await?;
            conn.deposit(1, 50).await?;
            Ok(1050)
        }).await;
        assert_eq!(lost(answer), Lost::OpenTransaction);
        conn.commit().await.unwrap();
        assert_eq!((db.committed(&key).await, db.balance(1).await), ((1, None), 1000));
    }

    async fn a_savepoint_of_the_bodys_own_may_be_left_behind<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| {
            conn.execute("SAVEPOINT mine").await?;
            conn.deposit(1, 50).await?;
            Ok::<_, CallError>(1050)
        }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(1050));
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn an_error_within_the_bodys_own_transaction_may_be_swallowed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.begin().await?;
            conn.deposit(2, 7).await?;
            conn.execute("INSERT INTO accounts VALUES (1, 0)").await.unwrap_err();
            conn.rollback().await?;
            conn.deposit(1, 50).await?;
            Ok(1050)
        }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(1050));
        assert_eq!((db.committed(&key).await, db.balance(2).await), ((1, Some(Status::Completed)), 1000));
    }
}

// PostgreSQL has no error that leaves the transaction as it was.
for_each_driver! {
    on mysql_sync mysql_async sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn an_error_that_leaves_the_transaction_as_it_was_may_be_swallowed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            conn.execute("INSERT INTO accounts VALUES (1, 0)").await.unwrap_err();
            Ok(1050)
        }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(1050));
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }
}

// What a COMMIT in the body has committed, nobody can take back. On SQLite, where the record is
// written at the end, such a call is an error, and its key as good as new.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_body_that_commits_by_itself_does_not_run_again<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let first = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            conn.execute("COMMIT").await?;
            Ok(1050)
        }).await;
        let not_run = async |_: &mut D| -> Result<i64, CallError> { panic!("the body ran again") };
        let second = db.connect().await.call(deposit_call(&key, 50), not_run).await;
        assert_eq!(second.is_ok(), first.is_ok(), "{first:?}, {second:?}");
        assert_eq!(db.ledger_count().await, 1);
    }
}

// Only PostgreSQL has constraints on uniqueness that wait until the commit.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_constraint_that_fails_at_the_commit_is_the_users_own<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let ddl = "CREATE TABLE seats (n bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)";
        db.plain().await.execute(ddl).await.unwrap();
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            conn.execute("INSERT INTO seats VALUES (1), (1)").await?;
            Ok(1050)
        }).await;
        let violation = DatabaseErrorKind::UniqueViolation;
        assert!(
            matches!(&answer, Err(CallError::Idem(Error::Database(DieselError::DatabaseError(kind, _)))) if *kind == violation),
            "{answer:?}"
        );
        assert_eq!(db.committed(&key).await, (0, None));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }
}
