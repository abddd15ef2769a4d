use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use idem_diesel::{Error, IdempotencyKey, Outcome, Status};
use idem_tests::{
    Bank as _, CallError, Driver, Server, TestDb, Wire, deposit_call, deposit_once, for_each_driver,
};

/// Opens a connection that loses the first answer after which a deposit is committed.
async fn connect_to_lose_the_commit<D: Driver>(db: &TestDb<D>) -> (D, Wire, Arc<AtomicBool>) {
    let lost = Arc::new(AtomicBool::new(false));
    let (direct_url, is_lost) = (db.direct_url().to_owned(), Arc::clone(&lost));
    let runtime = tokio::runtime::Handle::current();
    let wire = Wire::to(db.url(), move || {
        let committed = runtime.block_on(async {
            let mut conn = D::Plain::open(&direct_url, true, &[]).await;
            conn.ledger_count().await.unwrap()
        });
        is_lost.fetch_or(committed > 0, Ordering::SeqCst) || committed > 0
    });
    let conn = D::open(wire.url(), db.server() != Server::PgBouncer, &[]).await;
    (conn, wire, lost)
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_lost_commit_acknowledgement_replays<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let (mut conn, wire, lost) = connect_to_lose_the_commit(db).await;
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            let balance = conn.balance(1).await?;
            wire.watch();
            Ok(balance)
        }).await;
        // The commit is done, and the caller can't know.
        assert!(lost.load(Ordering::SeqCst));
        assert!(matches!(&answer, Err(CallError::Idem(error @ Error::Database(_))) if error.is_retryable()), "{answer:?}");
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));

        let again = deposit_once(&mut db.connect().await, &key, 50).await;
        assert_eq!(again.unwrap(), Outcome::Replayed(1050));
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    }

    async fn a_connection_that_lost_the_acknowledgement_takes_no_more_calls<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let (mut conn, wire, _) = connect_to_lose_the_commit(db).await;
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<(), CallError> {
            conn.deposit(1, 50).await?;
            wire.watch();
            Ok(())
        }).await;
        assert!(answer.is_err());
        let other = deposit_once(&mut conn, &IdempotencyKey::generate(), 50).await;
        assert!(matches!(other, Err(CallError::Idem(Error::Database(_)))), "{other:?}");
        assert_eq!(db.ledger_count().await, 1);
    }
}

for_each_driver! {
    async fn an_answer_that_never_reached_its_caller_is_given_to_the_next<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        {
            // The process ends right after its commit: nobody has seen the answer.
            let mut conn = db.connect().await;
            let _ = deposit_once(&mut conn, &key, 50).await;
        }
        for _ in 0..3 {
            let again = deposit_once(&mut db.connect().await, &key, 50).await;
            assert_eq!(again.unwrap(), Outcome::Replayed(1050));
        }
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    }
}
