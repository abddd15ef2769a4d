use std::io::Write as _;
use std::time::Duration;

use diesel::QueryResult;
use idem_diesel::IdempotencyKey;
use idem_tests::{Bank as _, Driver, TestDb, deposit_once, for_each_driver};

use super::b19_usual_answers::assert_usual_answers;

// Not behind PgBouncer, where a session isn't the client's to set.
for_each_driver! {
    on postgres_sync postgres_async;

    async fn the_time_zone_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        assert_usual_answers(&db.on_connect("SET timezone = 'Asia/Kathmandu'")).await;
        assert_usual_answers(&db.on_connect("SET timezone = '-11:30'")).await;
    }

    async fn the_formats_of_dates_bytes_and_numbers_change_no_answer<D: Driver>(db: &TestDb<D>) {
        let formats = db
            .on_connect("SET datestyle = 'SQL, DMY'")
            .on_connect("SET intervalstyle = 'sql_standard'")
            .on_connect("SET bytea_output = 'escape'")
            .on_connect("SET extra_float_digits = -15");
        assert_usual_answers(&formats).await;
    }

    async fn backslashes_in_strings_change_no_answer<D: Driver>(db: &TestDb<D>) {
        let old = db.on_connect("SET standard_conforming_strings = off").on_connect("SET backslash_quote = on");
        assert_usual_answers(&old).await;
        assert_usual_answers(&db.on_connect("SET standard_conforming_strings = on")).await;
    }

    async fn an_empty_search_path_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        assert_usual_answers(&db.on_connect("SET search_path = ''")).await;
    }

    async fn another_table_of_that_name_in_the_search_path_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        let mut plain = db.plain().await;
        for sql in [
            "CREATE SCHEMA decoy",
            "CREATE TABLE decoy.idem_records (LIKE public.idem_records INCLUDING ALL)",
            // What a name finds there first, before PostgreSQL's own.
            "CREATE FUNCTION decoy.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''-infinity''::timestamptz'",
            "CREATE FUNCTION decoy.to_char(timestamp, text) RETURNS text LANGUAGE sql AS 'SELECT ''never'''",
        ] {
            plain.execute(sql).await.unwrap();
        }
        let decoy = db
            .on_connect("SET search_path = decoy, pg_catalog, public")
            .on_connect("CREATE TEMPORARY TABLE idem_records (LIKE public.idem_records)");
        assert_usual_answers(&decoy).await;
        assert_eq!(plain.number("SELECT count(*) AS n FROM decoy.idem_records").await, Ok(0));
    }

    async fn the_sessions_isolation_level_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        for level in ["repeatable read", "serializable"] {
            let strict = db.on_connect(&format!("SET default_transaction_isolation = '{level}'"));
            assert_usual_answers(&strict).await;
        }
    }

    async fn calls_do_not_slow_down_as_the_table_grows<D: Driver>(db: &TestDb<D>) {
        let mut plain = db.plain().await;
        // Of a table this small, the planner would rather read all.
        plain.execute("VACUUM ANALYZE idem_records").await.unwrap();
        let scans = async |kind: &str| {
            let sql = format!("SELECT {kind} AS n FROM pg_stat_user_tables WHERE relname = 'idem_records'");
            db.plain().await.number(&sql).await.unwrap()
        };
        let (whole, by_index) = (scans("seq_scan").await, scans("idx_scan").await);
        let mut conn = db.connect().await;
        for _ in 0..10 {
            let _ = deposit_once(&mut conn, &IdempotencyKey::generate(), 50).await.unwrap();
        }
        // A session counts what it has done when it ends, at the latest.
        drop(conn);
        while scans("idx_scan").await < by_index + 10 && scans("seq_scan").await == whole {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(scans("seq_scan").await, whole);
    }

    async fn the_servers_language_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        // PostgreSQL speaks the languages that its machine has locales of.
        let mut spoken = 0;
        for locale in ["de_DE", "es_ES", "fr_FR", "it_IT", "ja_JP", "ko_KR", "ru_RU", "sv_SE", "uk_UA", "zh_CN"] {
            let sql = format!("SET lc_messages = '{locale}.UTF-8'");
            let accepted: QueryResult<_> = db.plain().await.execute(&sql).await;
            if accepted.is_ok() {
                spoken += 1;
                assert_usual_answers(&db.on_connect(&sql)).await;
            }
        }
        if spoken == 0 {
            // Not `eprintln!`, which libtest captures.
            let _ = writeln!(std::io::stderr(), "SKIPPED: PostgreSQL's machine has English only");
        }
    }
}
