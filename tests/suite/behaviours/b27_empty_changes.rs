use idem_diesel::{Expected, Updated, WriteError};
use idem_tests::versions::{Stock, Versions};
use idem_tests::{TestDb, for_each_driver};

for_each_driver! {
    async fn an_empty_change_runs_no_sql_and_bumps_nothing<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let watch = conn.watch();
        assert_eq!(conn.update(&copy, None).await.unwrap(), Updated::Unchanged(copy.clone()));
        assert_eq!(conn.write(&copy, None).await.unwrap(), Updated::Unchanged(()));
        assert_eq!(Versions::<Stock>::update_all(&mut conn, None).await.unwrap(), 0);
        assert_eq!(watch.take(), [""; 0]);
        assert_eq!(db.stored().await, Some(copy));
    }

    async fn an_empty_change_of_a_stale_copy_is_not_looked_into<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        assert!(conn.update(&copy, Some(90)).await.unwrap().is_changed());
        let watch = conn.watch();
        assert_eq!(conn.update(&copy, None).await.unwrap(), Updated::Unchanged(copy));
        assert_eq!(watch.take(), [""; 0]);
    }

    async fn an_empty_change_that_expects_a_version_is_refused_a_stale_one<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let row = conn.update(&copy, Some(90)).await.unwrap().into_inner();
        let watch = conn.watch();
        for fitting in [Expected::Exactly(1), Expected::OneOf(vec![0, 1]), Expected::Any] {
            let answer = conn.update_expecting(fitting, None).await.unwrap();
            assert_eq!(answer, Updated::Unchanged(row.clone()));
            assert_eq!(watch.take().len(), 1);
        }
        for stale in [Expected::Exactly(0), Expected::Exactly(i32::MAX), Expected::OneOf(vec![0, 2]), Expected::OneOf(vec![])] {
            let error = conn.update_expecting(stale, None).await.unwrap_err();
            assert_eq!((error.status(), error.current()), (412, Some(&row)), "{error:?}");
            assert!(matches!(error, WriteError::Conflict { .. }));
            assert_eq!(watch.take().len(), 1);
        }
        assert_eq!(db.stored().await, Some(row));
    }
}
