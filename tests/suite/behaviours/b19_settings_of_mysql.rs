use idem_tests::{Bank as _, Calls as _, Driver, TestDb, for_each_driver};

use super::b19_usual_answers::assert_usual_answers;

for_each_driver! {
    on mysql_sync mysql_async;

    async fn the_time_zone_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        assert_usual_answers(&db.on_connect("SET time_zone = '+05:45'")).await;
        assert_usual_answers(&db.on_connect("SET time_zone = '-11:30'")).await;
    }

    async fn no_sql_mode_changes_an_answer<D: Driver>(db: &TestDb<D>) {
        for mode in ["", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT"] {
            assert_usual_answers(&db.on_connect(&format!("SET sql_mode = '{mode}'"))).await;
        }
    }

    async fn no_sql_mode_of_several_changes_an_answer<D: Driver>(db: &TestDb<D>) {
        for mode in ["TRADITIONAL,ANSI,NO_BACKSLASH_ESCAPES", "PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION"] {
            assert_usual_answers(&db.on_connect(&format!("SET sql_mode = '{mode}'"))).await;
        }
        // Not with MariaDB's ORACLE, in which `BEGIN` begins a block: Diesel can't begin a transaction.
    }

    async fn the_connections_collation_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        for names in ["utf8mb4 COLLATE utf8mb4_general_ci", "utf8mb4 COLLATE utf8mb4_bin", "utf8mb4 COLLATE utf8mb4_turkish_ci"] {
            assert_usual_answers(&db.on_connect(&format!("SET NAMES {names}"))).await;
        }
    }

    async fn the_databases_charset_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        let mut plain = db.plain().await;
        let url = url::Url::parse(db.direct_url()).unwrap();
        let name = url.path().trim_start_matches('/');
        plain.execute(&format!("ALTER DATABASE {name} CHARACTER SET latin1 COLLATE latin1_swedish_ci")).await.unwrap();
        plain.execute("DROP TABLE idem_records").await.unwrap();
        db.plain().await.setup().await.unwrap();
        assert_usual_answers(db).await;
    }

    async fn safe_updates_change_no_answer<D: Driver>(db: &TestDb<D>) {
        assert_usual_answers(&db.on_connect("SET sql_safe_updates = 1")).await;
    }

    async fn the_servers_language_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        for language in ["de_DE", "fr_FR", "ja_JP", "ru_RU", "zh_CN"] {
            assert_usual_answers(&db.on_connect(&format!("SET lc_messages = '{language}'"))).await;
        }
    }
}
