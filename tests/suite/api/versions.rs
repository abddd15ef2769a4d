//! What is counted, and who else may ask: statements, whole tables, HTTP.

use idem_diesel::{ETag, Expected, IfMatch, Precondition, Versioned as _, WriteError};
use idem_tests::servers::Database;
use idem_tests::versions::{Page, Stock, Time, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

/// Whether a write brings back the row it has written.
fn returns<D: Versions<Stock>>(db: &TestDb<D>) -> bool {
    db.server().database() != Database::Mysql
}

for_each_driver! {
    async fn a_hit_is_one_statement_and_a_miss_at_most_two<D: Versions<Stock>>(db: &TestDb<D>) {
        for way in Way::ALL {
            let hit = match way {
                Way::Write | Way::Delete | Way::DeleteExpecting => 1,
                Way::Update | Way::Expecting | Way::Increment => if returns(db) { 1 } else { 2 },
            };
            for in_transaction in [false, true] {
                db.execute("DROP TABLE IF EXISTS stock").await;
                db.add::<Stock>().await;
                let mut conn = db.connect().await;
                let copy: Stock = conn.copy().await;
                if in_transaction {
                    conn.begin().await.unwrap();
                }
                let watch = conn.watch();
                way.take(&mut conn, &copy).await.unwrap();
                let sent = watch.take();
                assert_eq!(sent.len(), hit, "{way:?}: {sent:#?}");
                for _ in 0..2 {
                    way.take(&mut conn, &copy).await.unwrap_err();
                    let sent = watch.take();
                    assert_eq!(sent.len(), 2, "{way:?}: {sent:#?}");
                }
                if in_transaction {
                    conn.commit().await.unwrap();
                }
            }
        }
    }

    async fn an_update_of_all_rows_is_one_statement_and_bumps_each<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        db.execute("UPDATE stock SET lock_version = id").await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let watch = conn.watch();
        assert_eq!(Versions::<Stock>::update_all(&mut conn, Some(7)).await.unwrap(), 3);
        assert_eq!(watch.take().len(), 1);
        let bumped = "SELECT COUNT(*) AS n FROM stock WHERE pieces = 7 AND lock_version = id + 1";
        assert_eq!(conn.number(bumped).await, Ok(3));
        assert!(conn.update(&copy, Some(8)).await.unwrap_err().is_conflict());
    }

    async fn one_exhausted_row_keeps_all_rows_as_they_were<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        db.execute("UPDATE stock SET lock_version = 2147483647 WHERE id = 3").await;
        let mut conn = db.connect().await;
        Versions::<Stock>::update_all(&mut conn, Some(7)).await.unwrap_err();
        let untouched = "SELECT COUNT(*) AS n FROM stock WHERE pieces = 100 AND lock_version IN (0, 2147483647)";
        assert_eq!(conn.number(untouched).await, Ok(3));
    }

    async fn a_time_version_is_looked_into_once_in_a_process<D: Versions<Time>>(db: &TestDb<D>) {
        db.add::<Time>().await;
        let mut conn = db.connect().await;
        let copy: Time = conn.copy().await;
        let second = conn.update(&copy, Some(90)).await.unwrap().into_inner();
        let watch = conn.watch();
        let written = conn.write(&second, Some(80)).await.unwrap();
        assert!(written.is_changed());
        assert_eq!(watch.take().len(), 1);
    }

    async fn an_etag_comes_back_as_if_match_once<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        assert_eq!(copy.etag(), ETag::strong("0").unwrap());
        let header = copy.etag().to_header();
        let if_match = IfMatch::required([&header]).unwrap();

        let written = conn.update_expecting(if_match.expected(), Some(90)).await.unwrap().into_inner();
        assert_eq!(written, Stock { pieces: 90, lock_version: 1, ..copy });
        let error: WriteError<Stock> = conn.update_expecting(if_match.expected(), Some(80)).await.unwrap_err();
        assert_eq!((error.status(), error.problem().status, error.problem().kind), (412, 412, "urn:idem:conflict"));
        assert_eq!(error.current().map(Stock::etag), Some(written.etag()));
        assert_eq!(if_match.check(Some(&written.etag())), Err(Precondition::Failed));

        let several = IfMatch::required([r#""0", W/"1""#, r#""01", "one", "9223372036854775807""#]).unwrap();
        assert_eq!(several.expected::<i32>(), Expected::Exactly(0));
        let weak: WriteError<Stock> = conn.update_expecting(several.expected(), Some(80)).await.unwrap_err();
        assert_eq!(weak.status(), 412);
        let none = IfMatch::required([r#"W/"1""#]).unwrap();
        let none: WriteError<Stock> = conn.update_expecting(none.expected(), Some(80)).await.unwrap_err();
        assert_eq!(none.status(), 412);
        let any: Stock = conn.update_expecting(IfMatch::Any.expected(), Some(80)).await.unwrap().into_inner();
        assert_eq!(any, Stock { pieces: 80, lock_version: 2, ..written });
    }

    async fn an_if_match_on_a_missing_or_deleted_row_says_which<D: Versions<Page>>(db: &TestDb<D>) {
        db.add::<Page>().await;
        let mut conn = db.connect().await;
        db.execute("UPDATE pages SET deleted_at = '2020-01-01 00:00:00' WHERE id = 1").await;
        let deleted: WriteError<Page> = conn.update_expecting(IfMatch::Any.expected(), Some(80)).await.unwrap_err();
        assert_eq!((deleted.status(), deleted.problem().kind), (410, "urn:idem:deleted"));
        db.execute("DELETE FROM pages WHERE id = 1").await;
        let missing: WriteError<Page> = conn.update_expecting(IfMatch::Any.expected(), Some(80)).await.unwrap_err();
        assert_eq!((missing.status(), missing.problem().kind), (404, "urn:idem:not-found"));
    }
}
