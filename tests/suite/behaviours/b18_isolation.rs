use diesel::QueryResult;
use idem_diesel::{Error, IdempotencyKey, Isolation, Outcome, Rejection};
use idem_tests::servers::Database;
use idem_tests::{
    Bank as _, CallError, Driver, Server, TestDb, deposit_call, deposit_once, for_each_driver,
};

const CALLERS: usize = 8;

/// Fails unless one of many that call at the same moment runs, with all others waiting for it,
/// and all get its value.
async fn assert_one_runs<D: Driver>(db: &TestDb<D>, isolation: Option<Isolation>) {
    let (key, before) = (IdempotencyKey::generate(), db.ledger_count().await);
    let answers = db
        .concurrently(CALLERS, async |number, conn: &mut D| {
            let call = deposit_call(&key, 50);
            let call = isolation.map_or(call.clone(), |level| call.isolation(level));
            let body = async |conn: &mut D| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                db.until_blocked(CALLERS - 1).await;
                Ok(number)
            };
            conn.call(call, body).await
        })
        .await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    let fresh: Vec<_> = answers
        .iter()
        .filter(|answer| !answer.is_replayed())
        .collect();
    assert_eq!(fresh.len(), 1, "{answers:?}");
    assert!(
        answers.iter().all(|answer| **answer == **fresh[0]),
        "{answers:?}"
    );
    assert_eq!(db.ledger_count().await, before + 1);
}

/// The same, once with the call's own isolation level and once with the session's.
async fn assert_one_runs_at<D: Driver>(db: &TestDb<D>, isolation: Isolation, name: &str) {
    assert_one_runs(db, Some(isolation)).await;
    let session = match db.server() {
        Server::Postgres => format!("SET default_transaction_isolation = '{name}'"),
        Server::Mysql => format!("SET SESSION TRANSACTION ISOLATION LEVEL {name}"),
        // Behind PgBouncer there is no session of one's own; SQLite has one level only.
        Server::PgBouncer | Server::Sqlite | Server::SqliteJournal => return,
    };
    assert_one_runs(&db.on_connect(&session), None).await;
}

/// What a call gives in a transaction of the caller's that has read before another one ran and
/// committed. If that is an error, fails unless the whole transaction, made again, replays.
async fn late<D: Driver>(db: &TestDb<D>, isolation: &str) -> Result<Outcome<i64>, CallError> {
    let level = match db.server().database() {
        Database::Mysql => format!("SET SESSION TRANSACTION ISOLATION LEVEL {isolation}"),
        _ => "SELECT 1".to_owned(),
    };
    let (key, mut conn) = (
        IdempotencyKey::generate(),
        db.on_connect(&level).connect().await,
    );
    conn.begin().await.unwrap();
    if db.server().database() == Database::Postgres {
        conn.execute(&format!("SET TRANSACTION ISOLATION LEVEL {isolation}"))
            .await
            .unwrap();
    }
    assert_eq!(conn.balance(1).await, Ok(1000));
    assert_eq!(
        deposit_once(&mut db.connect().await, &key, 50)
            .await
            .unwrap(),
        Outcome::Fresh(1050)
    );

    let not_run = async |_: &mut D| -> Result<i64, CallError> { panic!("the body ran") };
    let answer = conn.call(deposit_call(&key, 50), not_run).await;
    if answer.is_err() {
        if conn.rollback().await.is_err() {
            // The database has ended the whole transaction, and the connection is of no more use.
            conn = db.connect().await;
        }
        conn.begin().await.unwrap();
        assert_eq!(
            deposit_once(&mut conn, &key, 50).await.unwrap(),
            Outcome::Replayed(1050)
        );
    }
    conn.commit().await.unwrap();
    assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    answer
}

/// Whether the transaction that is open on `conn` is at SERIALIZABLE.
async fn is_serializable<D: Driver>(db: &TestDb<D>, conn: &mut D) -> QueryResult<bool> {
    if db.server().database() == Database::Postgres {
        let level =
            "SELECT (current_setting('transaction_isolation') = 'serializable')::int::bigint AS n";
        return Ok(conn.number(level).await? == 1);
    }
    // MySQL doesn't say; but at this level alone, a plain read locks.
    conn.balance(3).await?;
    let lock = "SELECT balance AS n FROM accounts WHERE id = 3 FOR UPDATE NOWAIT";
    Ok(db.plain().await.number(lock).await.is_err())
}

/// Fails unless the caller is told to begin its transaction anew.
fn assert_to_be_tried_again(answer: Result<Outcome<i64>, CallError>) {
    let error = answer.unwrap_err();
    assert!(
        matches!(error, CallError::Idem(Error::Database(_))),
        "{error:?}"
    );
}

for_each_driver! {
    async fn of_racers_at_read_committed_one_runs<D: Driver>(db: &TestDb<D>) {
        assert_one_runs_at(db, Isolation::ReadCommitted, "READ COMMITTED").await;
    }

    async fn of_racers_at_repeatable_read_one_runs<D: Driver>(db: &TestDb<D>) {
        assert_one_runs_at(db, Isolation::RepeatableRead, "REPEATABLE READ").await;
    }

    async fn of_racers_at_serializable_one_runs<D: Driver>(db: &TestDb<D>) {
        assert_one_runs_at(db, Isolation::Serializable, "SERIALIZABLE").await;
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn an_isolation_level_is_the_bodys_and_ends_with_it<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let call = deposit_call(&key, 50).isolation(Isolation::Serializable);
        let answer = conn.call(call, async |conn| -> Result<_, CallError> { Ok(is_serializable(db, conn).await?) }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(true));
        conn.begin().await.unwrap();
        assert_eq!(is_serializable(db, &mut conn).await, Ok(false));
        conn.rollback().await.unwrap();
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_late_call_at_read_committed_replays<D: Driver>(db: &TestDb<D>) {
        assert_eq!(late(db, "READ COMMITTED").await.unwrap(), Outcome::Replayed(1050));
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_late_call_whose_snapshot_is_too_old_is_the_callers_to_try_again<D: Driver>(db: &TestDb<D>) {
        assert_to_be_tried_again(late(db, "REPEATABLE READ").await);
    }

    async fn a_late_call_at_serializable_is_the_callers_to_try_again<D: Driver>(db: &TestDb<D>) {
        assert_to_be_tried_again(late(db, "SERIALIZABLE").await);
    }
}

for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_late_call_replays_whatever_its_snapshot_shows<D: Driver>(db: &TestDb<D>) {
        assert_eq!(late(db, "REPEATABLE READ").await.unwrap(), Outcome::Replayed(1050));
    }

    async fn of_racers_with_strict_snapshots_one_runs<D: Driver>(db: &TestDb<D>) {
        // Nothing but MariaDB, from the version that has it, reads the comment.
        let strict = db.on_connect("SET @anything = 1 /*M!101108 , SESSION innodb_snapshot_isolation = ON */");
        for isolation in [None, Some(Isolation::ReadCommitted), Some(Isolation::RepeatableRead), Some(Isolation::Serializable)] {
            assert_one_runs(&strict, isolation).await;
        }
    }
}

// MariaDB since 10.11.8 can be told to refuse what a snapshot doesn't show.
for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_late_call_with_a_strict_snapshot_is_the_callers_to_try_again<D: Driver>(db: &TestDb<D>) {
        let has_it = "SELECT COUNT(*) AS n FROM information_schema.global_variables WHERE variable_name = 'INNODB_SNAPSHOT_ISOLATION'";
        if !db.plain().await.number(has_it).await.is_ok_and(|count| count == 1) {
            return;
        }
        let strict = db.on_connect("SET SESSION innodb_snapshot_isolation = ON");
        assert_to_be_tried_again(late(&strict, "REPEATABLE READ").await);
    }
}

// With a rollback journal, who reads keeps others from committing: there is no being late.
for_each_driver! {
    on sqlite_sync sqlite_async;

    async fn a_late_call_in_a_transaction_that_can_no_longer_write_is_refused<D: Driver>(db: &TestDb<D>) {
        let error = late(db, "SERIALIZABLE").await.unwrap_err();
        assert!(matches!(error.rejection(), Some(Rejection::InFlight { .. })), "{error:?}");
    }
}
