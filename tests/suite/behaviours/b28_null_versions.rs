use idem_diesel::{Expected, HasVersion as _, Updated, Version, WriteError};
use idem_tests::versions::{Legacy, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

const NULLS: &str = "SELECT COUNT(*) AS n FROM legacies WHERE lock_version IS NULL";

for_each_driver! {
    async fn a_null_version_matches_once_however_it_is_written<D: Versions<Legacy>>(db: &TestDb<D>) {
        for way in Way::ALL {
            db.execute("DROP TABLE IF EXISTS legacies").await;
            db.add::<Legacy>().await;
            let mut conn = db.connect().await;
            let copy: Legacy = conn.copy().await;
            assert_eq!((copy.version(), conn.number(NULLS).await), (&0, Ok(3)));
            way.take(&mut conn, &copy).await.unwrap();
            let again = way.take(&mut conn, &copy).await.unwrap_err();
            if way.deletes() {
                assert!(matches!(again, WriteError::NotFound), "{again:?}");
                assert_eq!(db.stored::<Legacy>().await, None);
            } else {
                assert!(matches!(again, WriteError::Conflict { actual: Version::Integer(1), .. }), "{way:?}: {again:?}");
                assert_eq!(db.stored::<Legacy>().await.unwrap().lock_version, 1);
            }
            assert_eq!(conn.number(NULLS).await, Ok(2), "{way:?}");
        }
    }

    async fn of_racers_with_a_null_version_one_writes<D: Versions<Legacy>>(db: &TestDb<D>) {
        db.add::<Legacy>().await;
        for _ in 0..5 {
            db.execute("UPDATE legacies SET lock_version = NULL").await;
            let copy: Legacy = db.stored().await.unwrap();
            let answers = db.concurrently(8, async |_, conn: &mut D| conn.update(&copy, Some(7)).await).await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
            assert_eq!(won.len(), 1, "{lost:?}");
            for lost in lost.into_iter().map(Result::unwrap_err) {
                assert!(matches!(lost, WriteError::Conflict { actual: Version::Integer(1), .. }), "{lost:?}");
            }
        }
    }

    async fn null_is_the_version_that_stands_for_it_and_no_other<D: Versions<Legacy>>(db: &TestDb<D>) {
        db.add::<Legacy>().await;
        let mut conn = db.connect().await;
        for stale in [Expected::Exactly(1), Expected::Exactly(-1), Expected::OneOf(vec![1, 2]), Expected::OneOf(vec![])] {
            let error = Versions::<Legacy>::update_expecting(&mut conn, stale, Some(7)).await.unwrap_err();
            assert!(matches!(error, WriteError::Conflict { actual: Version::Integer(0), .. }), "{error:?}");
        }
        for expected in [Expected::Exactly(0), Expected::OneOf(vec![5, 0]), Expected::Any] {
            db.execute("UPDATE legacies SET lock_version = NULL").await;
            let written: Updated<Legacy> = conn.update_expecting(expected, Some(7)).await.unwrap();
            assert_eq!(written.into_inner().lock_version, 1);
            assert_eq!(conn.number(NULLS).await, Ok(2));
        }
    }

    async fn a_zero_that_is_written_out_matches_as_well<D: Versions<Legacy>>(db: &TestDb<D>) {
        db.add::<Legacy>().await;
        let mut conn = db.connect().await;
        let copy: Legacy = conn.copy().await;
        db.execute("UPDATE legacies SET lock_version = 0").await;
        assert!(conn.update(&copy, Some(7)).await.unwrap().is_changed());
        assert!(conn.update(&copy, Some(8)).await.unwrap_err().is_conflict());
    }

    async fn an_update_of_all_rows_bumps_those_with_null_too<D: Versions<Legacy>>(db: &TestDb<D>) {
        db.add::<Legacy>().await;
        let mut conn = db.connect().await;
        db.execute("UPDATE legacies SET lock_version = 4 WHERE id = 2").await;
        let copy: Legacy = conn.copy().await;
        assert_eq!(Versions::<Legacy>::update_all(&mut conn, Some(7)).await.unwrap(), 3);
        let bumped = "SELECT COUNT(*) AS n FROM legacies WHERE pieces = 7 AND lock_version = CASE id WHEN 2 THEN 5 ELSE 1 END";
        assert_eq!(conn.number(bumped).await, Ok(3));
        assert!(conn.update(&copy, Some(8)).await.unwrap_err().is_conflict());
    }
}
