use idem_diesel::{IdempotencyKey, Outcome};
use idem_tests::{Bank as _, CallError, Calls as _, Driver, TestDb, deposit_call, for_each_driver};

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

    // Diesel's own strings are read as that, so nothing but what idem itself writes is looked at.
    async fn the_connections_charset_spoils_no_result<D: Driver>(db: &TestDb<D>) {
        // Of a character that utf8mb3 hasn't, diesel-async's parameters are refused, by name.
        for (names, result) in [("latin1", "é'\"\\\n\u{1f980} "), ("binary", "é\u{1f980}"), ("utf8mb3", "é\u{fffd}")] {
            let (key, other) = (IdempotencyKey::generate(), db.on_connect(&format!("SET NAMES {names}")));
            let result = result.to_owned();
            for (db, expected) in [(&other, Outcome::Fresh(&result)), (&other, Outcome::Replayed(&result)), (db, Outcome::Replayed(&result))] {
                let mut conn = db.connect().await;
                let answer = conn.call(deposit_call(&key, 50), async |_| Ok::<_, CallError>(result.clone())).await;
                assert_eq!(answer.unwrap().as_ref(), expected, "{names}");
            }
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
