use diesel::QueryResult;
use idem_tests::servers::Database;
use idem_tests::{Bank as _, Driver, TestDb, for_each_driver};

for_each_driver! {
    async fn a_deposit_changes_the_balance_and_the_ledger<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        conn.deposit_noted(1, 50, "é").await.unwrap();
        assert_eq!(conn.balance(1).await, Ok(1050));
        assert_eq!((db.balance(1).await, db.balance(2).await, db.ledger_count().await), (1050, 1000, 1));
        assert_eq!(conn.deposit(99, 50).await, Err(diesel::result::Error::NotFound));
        assert_eq!(db.ledger_count().await, 1);
    }

    async fn a_test_sees_nothing_of_another_ones_database<D: Driver>(db: &TestDb<D>) {
        let other = TestDb::<D>::create(db.server()).await;
        other.connect().await.deposit(1, 50).await.unwrap();
        assert_eq!((other.balance(1).await, db.balance(1).await), (1050, 1000));
        assert_ne!(db.url(), other.url());
    }

    async fn a_rollback_undoes_and_a_commit_keeps<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        for keep in [false, true] {
            conn.begin().await.unwrap();
            conn.deposit(1, 50).await.unwrap();
            assert_eq!(conn.balance(1).await, Ok(1050));
            assert_eq!(db.balance(1).await, 1000);
            if keep { conn.commit().await } else { conn.rollback().await }.unwrap();
            assert_eq!(db.balance(1).await, if keep { 1050 } else { 1000 });
        }
    }

    async fn a_statement_given_for_each_connection_is_run_on_it<D: Driver>(db: &TestDb<D>) {
        let sql = match db.server().database() {
            Database::Postgres => "SET statement_timeout = 4321",
            Database::Mysql => "SET SESSION lock_wait_timeout = 4321",
            Database::Sqlite => "PRAGMA cache_size = 4321",
        };
        let changed = db.on_connect(sql);
        for (view, expected) in [(&changed, true), (db, false)] {
            let setting: QueryResult<i64> = view.connect().await.number(match db.server().database() {
                Database::Postgres => "SELECT setting::bigint AS n FROM pg_settings WHERE name = 'statement_timeout'",
                Database::Mysql => "SELECT CAST(@@lock_wait_timeout AS SIGNED) AS n",
                Database::Sqlite => "SELECT cache_size AS n FROM pragma_cache_size",
            }).await;
            // Behind PgBouncer the session is anybody's.
            if db.server() != idem_tests::Server::PgBouncer {
                assert_eq!(setting.unwrap() == 4321, expected);
            }
        }
    }

    async fn a_dropped_database_is_gone<D: Driver>(db: &TestDb<D>) {
        let other = TestDb::<D>::create(db.server()).await;
        let _still_connected = other.connect().await;
        let url = url::Url::parse(other.direct_url());
        let name = url.as_ref().map_or(other.direct_url(), |url| url.path().trim_start_matches('/')).to_owned();
        let count = match db.server().database() {
            Database::Postgres => format!("SELECT COUNT(*) AS n FROM pg_database WHERE datname = '{name}'"),
            Database::Mysql => {
                format!("SELECT COUNT(*) AS n FROM information_schema.schemata WHERE schema_name = '{name}'")
            }
            Database::Sqlite => {
                drop(other);
                assert!(!std::path::Path::new(&name).exists());
                return;
            }
        };
        let mut conn = db.plain().await;
        assert_eq!(conn.number(&count).await, Ok(1));
        drop(other);
        assert_eq!(conn.number(&count).await, Ok(0));
    }
}

for_each_driver! {
    on sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn both_journal_modes_are_what_they_say<D: Driver>(db: &TestDb<D>) {
        let wal = db.connect().await.number("SELECT (journal_mode = 'wal') AS n FROM pragma_journal_mode").await;
        assert_eq!(wal, Ok(i64::from(db.server() == idem_tests::Server::Sqlite)));
    }
}
