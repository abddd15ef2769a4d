//! An enum of connections: which database it is, is known only when the program runs.

use diesel::prelude::*;
use idem_diesel::{IdempotencyKey, Outcome, RecordId, Rejection, Status, idempotent, records};
use idem_tests::connections::{MysqlConnection, PgConnection, SqliteConnection};
use idem_tests::{CallError, Driver, TestDb, accounts, caught, for_each_driver};

/// One of three.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Postgres(PgConnection),
    Mysql(MysqlConnection),
    Sqlite(SqliteConnection),
}

idem_diesel::multi_connection!(AnyConnection {
    Postgres,
    Mysql,
    Sqlite
});

/// Changes the balance, and says what it is then.
fn change(conn: &mut AnyConnection, amount: i64) -> QueryResult<i64> {
    let account = accounts::table.find(1_i64);
    diesel::update(account)
        .set(accounts::balance.eq(accounts::balance + amount))
        .execute(conn)?;
    account.select(accounts::balance).first(conn)
}

#[idempotent(operation = "deposit", record_errors = is_final)]
fn deposit(conn: &mut AnyConnection, amount: i64) -> Result<i64, Declined> {
    let balance = change(conn, amount)?;
    match amount {
        0 => panic!("nothing to deposit"),
        i64::MIN..0 => Err(Declined::Negative),
        _ => Ok(balance),
    }
}

#[idempotent(operation = "transfer", retry = 3, isolation = serializable, in_flight = wait("10s"))]
fn twice(conn: &mut AnyConnection, amount: i64) -> Result<i64, CallError> {
    change(conn, amount)?;
    Ok(change(conn, amount)?)
}

#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
enum Declined {
    #[error("negative")]
    Negative,
    #[serde(skip)]
    #[error(transparent)]
    Idem(#[from] idem_diesel::Error),
}

impl From<diesel::result::Error> for Declined {
    fn from(error: diesel::result::Error) -> Self {
        Self::Idem(error.into())
    }
}

fn is_final(error: &Declined) -> bool {
    matches!(error, Declined::Negative)
}

fn connect<D: Driver>(db: &TestDb<D>) -> AnyConnection {
    AnyConnection::establish(db.url()).unwrap()
}

// Not through PgBouncer: Diesel gives no way to such a connection's cache of prepared statements.
for_each_driver! {
    on postgres_sync mysql_sync sqlite_sync sqlite_journal_sync;

    async fn a_connection_that_is_one_of_three<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), connect(db));
        idem_diesel::setup(&mut conn).unwrap();
        assert_eq!(deposit(&mut conn, &key, 50).unwrap(), Outcome::Fresh(1050));
        assert_eq!(deposit(&mut connect(db), &key, 50).unwrap(), Outcome::Replayed(1050));
        let Declined::Idem(reused) = deposit(&mut conn, &key, 51).unwrap_err() else { panic!("not refused") };
        assert!(matches!(reused.rejection(), Some(Rejection::KeyReused { .. })), "{reused:?}");

        let kept = IdempotencyKey::generate();
        for _ in 0..2 {
            assert!(matches!(deposit(&mut conn, &kept, -7), Err(Declined::Negative)));
        }
        let gone = IdempotencyKey::generate();
        assert!(caught(async { deposit(&mut conn, &gone, 0) }).await.is_err());
        assert_eq!(db.balance(1).await, 1050);

        let id = |key| RecordId { operation: "deposit", tenant: "", key };
        assert_eq!(records::get(&mut conn, &id(&kept)).unwrap().unwrap().record.status, Status::Failed);
        assert_eq!(records::get(&mut conn, &id(&gone)).unwrap(), None);
        let stats = records::stats(&mut conn).unwrap();
        assert_eq!((stats[0].completed, stats[0].failed), (1, 1));
        assert!(records::forget(&mut conn, &id(&kept)).unwrap());
        db.expire_records().await;
        assert_eq!(idem_diesel::purge_expired(&mut conn, 10).unwrap(), 1);
        assert_eq!(deposit(&mut conn, &key, 50).unwrap(), Outcome::Fresh(1100));
    }

    async fn of_racers_on_such_connections_one_runs<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let answers = db.concurrently(6, async |_, _: &mut D| {
            twice(&mut connect(db), &key, 50).unwrap()
        }).await;
        assert_eq!(answers.iter().filter(|answer| !answer.is_replayed()).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| **answer == 1100), "{answers:?}");
        assert_eq!(db.balance(1).await, 1100);
    }

    async fn such_a_connection_joins_a_transaction<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), connect(db));
        let rolled_back = conn.transaction(|conn| {
            assert_eq!(deposit(conn, &key, 50)?, Outcome::Fresh(1050));
            Err::<(), _>(Declined::Negative)
        });
        assert!(matches!(rolled_back, Err(Declined::Negative)));
        assert_eq!(db.balance(1).await, 1000);
        let committed = conn.transaction(|conn| deposit(conn, &key, 50));
        assert_eq!(committed.unwrap(), Outcome::Fresh(1050));
        assert_eq!(db.balance(1).await, 1050);
    }
}
