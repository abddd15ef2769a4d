use idem_tests::versions::{Stock, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

for_each_driver! {
    async fn a_write_that_was_rolled_back_can_be_made_again_with_the_same_copy<D: Versions<Stock>>(db: &TestDb<D>) {
        for way in Way::ALL {
            db.execute("DROP TABLE IF EXISTS stock").await;
            db.add::<Stock>().await;
            let mut conn = db.connect().await;
            let copy: Stock = conn.copy().await;
            for _ in 0..2 {
                conn.begin().await.unwrap();
                way.take(&mut conn, &copy).await.unwrap();
                conn.rollback().await.unwrap();
                assert_eq!(db.stored().await, Some(copy.clone()), "{way:?}");
            }
            way.take(&mut conn, &copy).await.unwrap();
            assert_ne!(db.stored().await, Some(copy), "{way:?}");
        }
    }

    async fn after_a_savepoint_is_rolled_back_the_copy_from_before_it_writes<D: Versions<Stock>>(db: &TestDb<D>) {
        for way in Way::ALL {
            db.execute("DROP TABLE IF EXISTS stock").await;
            db.add_for_transactions::<Stock>().await;
            let mut conn = db.connect().await;
            conn.begin().await.unwrap();
            let copy: Stock = conn.copy().await;
            conn.begin().await.unwrap();
            let inside = conn.update(&copy, Some(90)).await.unwrap().into_inner();
            conn.rollback().await.unwrap();
            let of_the_past = way.take(&mut conn, &inside).await.unwrap_err();
            assert!(of_the_past.is_conflict(), "{way:?}: {of_the_past:?}");
            way.take(&mut conn, &copy).await.unwrap();
            conn.commit().await.unwrap();
            let version = db.stock().await.map(|row| row.lock_version);
            assert_eq!(version, (!way.deletes()).then_some(1), "{way:?}");
        }
    }

    async fn after_a_savepoint_is_rolled_back_the_copy_that_was_saved_before_it_writes<D: Versions<Stock>>(db: &TestDb<D>) {
        for way in Way::ALL {
            db.execute("DROP TABLE IF EXISTS stock").await;
            db.add_for_transactions::<Stock>().await;
            let mut conn = db.connect().await;
            conn.begin().await.unwrap();
            let read: Stock = conn.copy().await;
            let saved = conn.update(&read, Some(90)).await.unwrap().into_inner();
            conn.begin().await.unwrap();
            assert!(conn.update(&saved, Some(80)).await.unwrap().is_changed());
            conn.rollback().await.unwrap();
            assert!(way.take(&mut conn, &read).await.unwrap_err().is_conflict(), "{way:?}");
            way.take(&mut conn, &saved).await.unwrap();
            conn.commit().await.unwrap();
            let version = db.stock().await.map(|row| row.lock_version);
            assert_eq!(version, (!way.deletes()).then_some(2), "{way:?}");
        }
    }
}
