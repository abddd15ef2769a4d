//! Calls inside Diesel's own transactions, written as its users write them: with closures, on
//! connections of a known type, and with futures that must be `Send`.

use diesel::{ExpressionMethods as _, QueryDsl as _};
use idem_diesel::{Error, IdempotencyKey, Outcome, Status};
use idem_tests::{Server, accounts, connections, deposit_call};

macro_rules! cases {
    ($($case:ident $connection:ident $server:ident $style:tt;)+) => {$(
        mod $case {
            use super::*;

            cases! { @ connections::$connection, Server::$server, $style }
        }
    )+};
    (@ $connection:ty, $server:expr, (sync)) => {
        use diesel::{Connection as _, RunQueryDsl as _};

        cases! { @ $connection, $server, run, [] [] }
    };
    (@ $connection:ty, $server:expr, (async)) => {
        use diesel_async::{AsyncConnection as _, RunQueryDsl as _};

        cases! { @ $connection, $server, run_async, [async] [.await] }
    };
    (@ $connection:ty, $server:expr, $run:ident, [$($async:tt)?] [$($await:tt)*]) => {
        #[test]
        fn a_call_in_a_test_transaction_leaves_nothing() {
            idem_tests::run::<$connection>($server, async |db| {
                let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
                let answers = conn.test_transaction($($async)? |conn| {
                    let first = deposit(conn, &key) $($await)* ?;
                    Ok::<_, Error>([first, deposit(conn, &key) $($await)* ?])
                }) $($await)*;
                assert_eq!(answers, [Outcome::Fresh(1), Outcome::Replayed(1)]);
                assert_eq!((db.committed(&key).await, db.balance(1).await), ((0, None), 1000));

                conn.begin_test_transaction() $($await)* .unwrap();
                for expected in [Outcome::Fresh(1), Outcome::Replayed(1)] {
                    assert_eq!(deposit(&mut conn, &key) $($await)* .unwrap(), expected);
                }
                drop(conn);
                assert_eq!((db.committed(&key).await, db.balance(1).await), ((0, None), 1000));
            });
        }

        #[test]
        fn a_call_in_a_transaction_is_committed_with_it() {
            idem_tests::run::<$connection>($server, async |db| {
                let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
                let answer = conn.transaction($($async)? |conn| {
                    deposit(conn, &key) $($await)* ?.into_inner();
                    Err::<(), _>(Error::Database(diesel::result::Error::RollbackTransaction))
                }) $($await)*;
                assert!(answer.is_err());
                assert_eq!((db.committed(&key).await, db.balance(1).await), ((0, None), 1000));

                let answer = conn.transaction($($async)? |conn| deposit(conn, &key) $($await)*) $($await)*;
                assert_eq!(answer.unwrap(), Outcome::Fresh(1));
                assert_eq!((db.committed(&key).await, db.balance(1).await), ((0, Some(Status::Completed)), 1050));
            });
        }

        $($async)? fn deposit(conn: &mut $connection, key: &IdempotencyKey) -> Result<Outcome<usize>, Error> {
            deposit_call(key, 50).$run(conn, $($async)? |conn| {
                let change = accounts::balance.eq(accounts::balance + 50);
                Ok(diesel::update(accounts::table.find(1)).set(change).execute(conn) $($await)* ?)
            }) $($await)*
        }
    };
}

cases! {
    postgres_sync PgConnection Postgres (sync);
    postgres_async AsyncPgConnection Postgres (async);
    pgbouncer_sync PgConnection PgBouncer (sync);
    pgbouncer_async AsyncPgConnection PgBouncer (async);
    mysql_sync MysqlConnection Mysql (sync);
    mysql_async AsyncMysqlConnection Mysql (async);
    sqlite_sync SqliteConnection Sqlite (sync);
    sqlite_async AsyncSqliteConnection Sqlite (async);
    sqlite_journal_sync SqliteConnection SqliteJournal (sync);
    sqlite_journal_async AsyncSqliteConnection SqliteJournal (async);
}
