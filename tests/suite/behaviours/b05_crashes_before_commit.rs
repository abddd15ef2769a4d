use idem_diesel::{Error, IdempotencyKey, Outcome, Rejection, Status};
use idem_tests::servers::Database;
use idem_tests::{
    Bank as _, CallError, Driver, TestDb, deposit_call, deposit_once, for_each_driver,
};

/// Ends the server's side of `conn`, from another connection, and waits until it is gone.
async fn kill<D: Driver>(db: &TestDb<D>, conn: &mut D) {
    let mut killer = db.plain().await;
    match db.server().database() {
        Database::Postgres => {
            let id = conn
                .number("SELECT pg_backend_pid()::bigint AS n")
                .await
                .unwrap();
            let kill = format!("SELECT (pg_terminate_backend({id}, 5000))::int::bigint AS n");
            assert_eq!(killer.number(&kill).await, Ok(1));
        }
        Database::Mysql => {
            let id = conn
                .number("SELECT CAST(CONNECTION_ID() AS SIGNED) AS n")
                .await
                .unwrap();
            killer.execute(&format!("KILL {id}")).await.unwrap();
            let alive =
                format!("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE id = {id}");
            while killer.number(&alive).await != Ok(0) {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
        Database::Sqlite => unreachable!("it has no server"),
    }
}

/// Fails unless nothing is left of a call, and its retry runs it.
async fn assert_runs_again<D: Driver>(db: &TestDb<D>, key: &IdempotencyKey) {
    assert_eq!(db.committed(key).await, (0, None));
    let again = deposit_once(&mut db.connect().await, key, 50).await;
    assert_eq!(again.unwrap(), Outcome::Fresh(1050));
    assert_eq!(db.committed(key).await, (1, Some(Status::Completed)));
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_backend_killed_before_the_commit_leaves_neither_effect_nor_record<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            let balance = conn.balance(1).await?;
            kill(db, conn).await;
            Ok(balance)
        }).await;
        assert!(matches!(&answer, Err(CallError::Idem(Error::Database(_)))), "{answer:?}");
        assert_runs_again(db, &key).await;
    }

    async fn a_backend_killed_in_the_middle_of_the_body_leaves_neither_effect_nor_record<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            kill(db, conn).await;
            conn.deposit(1, 50).await?;
            Ok(0)
        }).await;
        assert!(matches!(&answer, Err(CallError::Idem(Error::Database(_)))), "{answer:?}");
        assert_runs_again(db, &key).await;
    }

    async fn a_body_that_ignores_its_dead_connection_is_not_believed<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            kill(db, conn).await;
            let _ = conn.deposit(1, 50).await;
            Ok(0)
        }).await;
        assert!(answer.is_err(), "{answer:?}");
        // Nor is the connection, though its server is well.
        let other = deposit_once(&mut conn, &IdempotencyKey::generate(), 50).await;
        assert!(matches!(other, Err(CallError::Idem(Error::Database(_)))), "{other:?}");
        assert_runs_again(db, &key).await;
    }
}

for_each_driver! {
    async fn a_connection_closed_before_the_commit_leaves_neither_effect_nor_record<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            // Closes the one that the transaction is open on.
            *conn = db.connect().await;
            Ok(1050)
        }).await;
        let rejection = answer.as_ref().err().and_then(CallError::rejection);
        assert!(matches!(rejection, Some(Rejection::LostClaim { .. })), "{answer:?}");
        assert_runs_again(db, &key).await;
    }
}
