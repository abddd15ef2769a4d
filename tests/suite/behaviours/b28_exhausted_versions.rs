use idem_diesel::{Expected, HasVersion, Version, WriteError};
use idem_tests::versions::{Big, Legacy, Model, Small, Stock, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

/// Fails unless nothing but a delete moves a row on whose version is the largest there can be.
async fn assert_exhausted<M, D>(db: &TestDb<D>, table: &str, largest: i64)
where
    M: Model + HasVersion<Version: TryFrom<i64>>,
    D: Versions<M>,
{
    db.add::<M>().await;
    db.execute(&format!(
        "UPDATE {table} SET lock_version = {largest} WHERE id = 1"
    ))
    .await;
    let mut conn = db.connect().await;
    let copy: M = conn.copy().await;
    let is_exhausted = |error: &WriteError<M>| matches!(error, WriteError::VersionExhausted { version } if *version == Version::Integer(largest));
    for way in Way::ALL.into_iter().filter(|way| !way.deletes()) {
        let error = way.take(&mut conn, &copy).await.unwrap_err();
        assert!(is_exhausted(&error), "{way:?}: {error:?}");
        assert_eq!((error.status(), error.is_retryable()), (500, false));
    }
    let [last, before, first] =
        [largest, largest - 1, 0].map(|n| M::Version::try_from(n).ok().unwrap());
    for expected in [
        Expected::Any,
        Expected::OneOf(vec![last.clone()]),
        Expected::OneOf(vec![first.clone(), last]),
    ] {
        let told = expected.to_versions();
        let error = conn.update_expecting(expected, Some(7)).await.unwrap_err();
        assert!(is_exhausted(&error), "{told}: {error:?}");
    }
    for stale in [Expected::Exactly(before), Expected::OneOf(vec![first])] {
        let error = conn.update_expecting(stale, Some(7)).await.unwrap_err();
        assert!(error.is_conflict(), "{error:?}");
    }
    let error = Versions::<M>::update_all(&mut conn, Some(7))
        .await
        .unwrap_err();
    assert!(matches!(error, WriteError::Database(_)), "{error:?}");
    assert_eq!(db.stored().await, Some(copy.clone()));
    let written = format!("SELECT COUNT(*) AS n FROM {table} WHERE pieces = 7");
    assert_eq!(conn.number(&written).await, Ok(0));
    for way in [Way::Delete, Way::DeleteExpecting] {
        conn.begin().await.unwrap();
        way.take(&mut conn, &copy).await.unwrap();
        conn.rollback().await.unwrap();
    }
    conn.delete(&copy).await.unwrap();
    assert_eq!(db.stored::<M>().await, None);
    assert_eq!(
        Versions::<M>::update_all(&mut conn, Some(7)).await.unwrap(),
        2
    );
}

/// Fails unless the version before the last one is written over, once.
async fn assert_last_step<M: Model, D: Versions<M>>(db: &TestDb<D>, table: &str, largest: i64) {
    db.add::<M>().await;
    let before = largest - 1;
    db.execute(&format!("UPDATE {table} SET lock_version = {before}"))
        .await;
    let mut conn = db.connect().await;
    let copy: M = conn.copy().await;
    let last = conn.update(&copy, Some(7)).await.unwrap().into_inner();
    let error = conn.update(&last, Some(8)).await.unwrap_err();
    assert!(
        matches!(error, WriteError::VersionExhausted { .. }),
        "{error:?}"
    );
    assert_eq!(db.stored().await, Some(last));
}

for_each_driver! {
    async fn the_largest_i16_gives_version_exhausted_and_the_row_stays<D: Versions<Small>>(db: &TestDb<D>) {
        assert_exhausted::<Small, D>(db, "smalls", i16::MAX.into()).await;
    }

    async fn the_largest_i32_gives_version_exhausted_and_the_row_stays<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_exhausted::<Stock, D>(db, "stock", i32::MAX.into()).await;
    }

    async fn the_largest_i64_gives_version_exhausted_and_the_row_stays<D: Versions<Big>>(db: &TestDb<D>) {
        assert_exhausted::<Big, D>(db, "bigs", i64::MAX).await;
    }

    async fn the_largest_version_of_a_nullable_column_is_as_final<D: Versions<Legacy>>(db: &TestDb<D>) {
        assert_exhausted::<Legacy, D>(db, "legacies", i32::MAX.into()).await;
    }

    async fn the_largest_i16_is_reached<D: Versions<Small>>(db: &TestDb<D>) {
        assert_last_step::<Small, D>(db, "smalls", i16::MAX.into()).await;
    }

    async fn the_largest_i64_is_reached<D: Versions<Big>>(db: &TestDb<D>) {
        assert_last_step::<Big, D>(db, "bigs", i64::MAX).await;
    }
}
