use idem_diesel::{Expected, HasVersion as _, WriteError};
use idem_tests::servers::Database;
use idem_tests::versions::{Page, Stock, Versions, Way};
use idem_tests::{Driver, TestDb, for_each_driver};

/// Has the database leave the rows of `stock` as they are, without a word.
async fn cancel_writes<D: Driver>(db: &TestDb<D>) {
    if db.server().database() == Database::Postgres {
        db.execute(
            "CREATE FUNCTION cancel() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        )
        .await;
        db.execute("CREATE TRIGGER cancel BEFORE UPDATE OR DELETE ON stock FOR EACH ROW EXECUTE FUNCTION cancel()").await;
    } else {
        for event in ["UPDATE", "DELETE"] {
            db.execute(&format!(
                "CREATE TRIGGER no_{event} BEFORE {event} ON stock BEGIN SELECT RAISE(IGNORE); END"
            ))
            .await;
        }
    }
}

for_each_driver! {
    async fn a_row_that_never_was_is_not_found<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        db.execute("DELETE FROM stock WHERE id = 1").await;
        for way in Way::ALL {
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            assert!(matches!(error, WriteError::NotFound), "{way:?}: {error:?}");
            assert_eq!(error.status(), 404);
        }
        for (expected, pieces) in [(Expected::Any, Some(7)), (Expected::Any, None), (Expected::Exactly(i32::MAX), Some(7))] {
            let error = conn.update_expecting(expected.clone(), pieces).await.unwrap_err();
            assert!(matches!(error, WriteError::NotFound), "{expected}: {error:?}");
        }
        assert_eq!(db.stored::<Stock>().await, None);
    }

    async fn a_soft_deleted_row_is_deleted_be_the_copy_stale_or_not<D: Versions<Page>>(db: &TestDb<D>) {
        db.add::<Page>().await;
        let mut conn = db.connect().await;
        let stale: Page = conn.copy().await;
        // By somebody who doesn't know of versions.
        db.execute("UPDATE pages SET deleted_at = '2020-01-01 00:00:00' WHERE id = 1").await;
        let current: Page = conn.copy().await;
        assert_eq!(stale.version(), current.version());
        for bump in [0, 1] {
            db.execute(&format!("UPDATE pages SET lock_version = lock_version + {bump} WHERE id = 1")).await;
            let before = db.stored::<Page>().await.unwrap();
            for way in Way::ALL {
                for copy in [&stale, &before] {
                    let error = way.take(&mut conn, copy).await.unwrap_err();
                    assert!(matches!(&error, WriteError::Deleted { current } if **current == before), "{way:?}: {error:?}");
                    assert_eq!(error.status(), 410);
                }
            }
            for pieces in [Some(7), None] {
                let error = conn.update_expecting(Expected::Any, pieces).await.unwrap_err();
                assert!(matches!(error, WriteError::Deleted { .. }), "{pieces:?}: {error:?}");
            }
            assert_eq!(db.stored().await, Some(before));
        }
    }
}

for_each_driver! {
    // MySQL's and MariaDB's triggers can't cancel a write without an error.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn a_row_whose_writing_a_trigger_cancels_is_rejected<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        cancel_writes(db).await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        for way in Way::ALL {
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            assert!(matches!(&error, WriteError::Rejected { current: Some(row) } if **row == copy), "{way:?}: {error:?}");
            assert_eq!((error.status(), error.is_retryable()), (422, false));
        }
        let any = conn.update_expecting(Expected::Any, Some(7)).await.unwrap_err();
        assert!(matches!(any, WriteError::Rejected { .. }), "{any:?}");
        let stale = Stock { lock_version: -1, ..copy.clone() };
        let error = conn.update(&stale, Some(7)).await.unwrap_err();
        assert!(error.is_conflict(), "{error:?}");
        assert_eq!(db.stored().await, Some(copy));
    }

    // A delete makes no next version, so it isn't for want of one.
    async fn a_row_of_the_largest_version_whose_deleting_a_trigger_cancels_is_rejected<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        db.execute("UPDATE stock SET lock_version = 2147483647").await;
        cancel_writes(db).await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        for way in Way::ALL {
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            let exhausted = matches!(&error, WriteError::VersionExhausted { .. });
            let rejected = matches!(&error, WriteError::Rejected { .. });
            assert_eq!((exhausted, rejected), (!way.deletes(), way.deletes()), "{way:?}: {error:?}");
        }
    }
}

for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_row_whose_writing_a_trigger_fails_is_the_databases_error<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        for event in ["UPDATE", "DELETE"] {
            db.execute(&format!("CREATE TRIGGER no_{event} BEFORE {event} ON stock FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'frozen'")).await;
        }
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        for way in Way::ALL {
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            assert!(matches!(&error, WriteError::Database(error) if error.to_string() == "frozen"), "{way:?}: {error:?}");
            assert!(!error.problem().detail.contains("frozen"));
        }
        assert_eq!(db.stored().await, Some(copy));
    }
}
