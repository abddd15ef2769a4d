use idem_diesel::{Expected, Version, VersionValue as _, WriteError};
use idem_tests::versions::{Attic, Coarse, Dated, Model, Text, Time, Versions, Way, Zoned};
use idem_tests::{TestDb, for_each_driver};

/// The microseconds since 1970.
fn micros(row: &impl Model) -> i64 {
    match row.version().to_version() {
        Version::Timestamp(micros) => micros,
        other => panic!("{other}"),
    }
}

/// The database's clock, and 2 minutes for it to differ from ours.
fn is_now(micros: i64) -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.unwrap().as_micros()).unwrap();
    (micros - now).abs() < 120_000_000
}

/// Fails unless each of many writes, as fast as they go, makes a later time than the one before, the
/// stored one comes back, and old copies are refused.
async fn assert_guarded<M: Model, D: Versions<M>>(db: &TestDb<D>) {
    db.add::<M>().await;
    let mut conn = db.connect().await;
    let first: M = conn.copy().await;
    let mut row = first.clone();
    for pieces in 0..50 {
        let old = row.clone();
        row = match pieces % 3 {
            0 => conn.update(&old, Some(pieces)).await.unwrap().into_inner(),
            1 => conn.increment(&old).await.unwrap(),
            _ => {
                let expected = Expected::Exactly(old.version().clone());
                conn.update_expecting(expected, Some(pieces))
                    .await
                    .unwrap()
                    .into_inner()
            }
        };
        assert!(micros(&row) > micros(&old), "{old:?}, then {row:?}");
        let error = conn.update(&old, Some(-1)).await.unwrap_err();
        assert_eq!(
            (error.is_conflict(), error.current()),
            (true, Some(&row)),
            "{error:?}"
        );
    }
    assert!(is_now(micros(&row)), "{row:?}");
    assert_eq!(db.stored().await, Some(row.clone()));
    for way in Way::ALL {
        let error = way.take(&mut conn, &first).await.unwrap_err();
        assert!(error.is_conflict(), "{way:?}: {error:?}");
    }
    assert_eq!(
        M::Version::from_text(&micros(&row).to_string()).as_ref(),
        Some(row.version())
    );
    assert_eq!(
        Versions::<M>::update_all(&mut conn, Some(8)).await.unwrap(),
        2
    );
    assert!(conn.update(&row, Some(9)).await.unwrap_err().is_conflict());
    let row: M = conn.copy().await;
    conn.delete(&row).await.unwrap();
}

/// Fails unless a row that was last written in the future, by a clock that was put back since, moves on
/// all the same.
async fn assert_later_than_the_future<M: Model, D: Versions<M>>(db: &TestDb<D>, table: &str) {
    db.add::<M>().await;
    db.execute(&format!(
        "UPDATE {table} SET updated_at = '2037-06-01 12:00:00'"
    ))
    .await;
    let mut conn = db.connect().await;
    let copy: M = conn.copy().await;
    let written = conn.update(&copy, Some(90)).await.unwrap().into_inner();
    let ahead = micros(&written) - micros(&copy);
    assert!((1..=1000).contains(&ahead), "{ahead}");
    assert!(
        conn.update(&copy, Some(80))
            .await
            .unwrap_err()
            .is_conflict()
    );
    assert!(conn.update(&written, Some(80)).await.unwrap().is_changed());
}

/// Fails unless a version in whole seconds is refused, before anything is written.
async fn assert_coarse<M: Model, D: Versions<M>>(db: &TestDb<D>, name: &str) {
    db.add::<M>().await;
    let mut conn = db.connect().await;
    let copy: M = conn.copy().await;
    for way in Way::ALL.into_iter().filter(|way| *way != Way::Delete) {
        let error = way.take(&mut conn, &copy).await.unwrap_err();
        assert!(
            matches!(error, WriteError::CoarseVersion { column, digits: 0 } if column == name),
            "{way:?}: {error:?}"
        );
    }
    let error = Versions::<M>::update_all(&mut conn, Some(7))
        .await
        .unwrap_err();
    assert!(
        matches!(error, WriteError::CoarseVersion { .. }),
        "{error:?}"
    );
    assert_eq!(db.stored().await, Some(copy));
}

for_each_driver! {
    async fn a_time_without_a_zone_works<D: Versions<Time>>(db: &TestDb<D>) {
        assert_guarded::<Time, D>(db).await;
    }

    async fn a_time_moves_on_when_the_clock_was_put_back<D: Versions<Time>>(db: &TestDb<D>) {
        assert_later_than_the_future::<Time, D>(db, "times").await;
    }

    async fn of_racers_with_one_time_one_writes<D: Versions<Time>>(db: &TestDb<D>) {
        db.add::<Time>().await;
        for _ in 0..5 {
            let copy: Time = db.stored().await.unwrap();
            let answers = db.concurrently(8, async |_, conn: &mut D| conn.update(&copy, Some(7)).await).await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
            assert_eq!(won.len(), 1, "{lost:?}");
            assert!(lost.into_iter().all(|lost| lost.unwrap_err().is_conflict()));
        }
    }
}

for_each_driver! {
    // Where a session has a time zone. PgBouncer's sessions are anybody's.
    on postgres_sync postgres_async mysql_sync mysql_async;

    async fn the_sessions_time_zone_changes_no_version<D: Versions<Time>>(db: &TestDb<D>) {
        let zone = match db.server().database() {
            idem_tests::servers::Database::Mysql => "SET time_zone = '-11:00'",
            _ => "SET TIME ZONE 'Pacific/Pago_Pago'",
        };
        assert_guarded::<Time, D>(&db.on_connect(zone)).await;
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_timestamptz_works<D: Versions<Zoned>>(db: &TestDb<D>) {
        assert_guarded::<Zoned, D>(db).await;
    }

    async fn a_timestamptz_moves_on_when_the_clock_was_put_back<D: Versions<Zoned>>(db: &TestDb<D>) {
        assert_later_than_the_future::<Zoned, D>(db, "zoned").await;
    }

    async fn whole_seconds_in_a_schema_that_is_not_searched_are_refused<D: Versions<Attic>>(db: &TestDb<D>) {
        assert_coarse::<Attic, D>(db, "updated_at").await;
    }
}

for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_datetime_works<D: Versions<Dated>>(db: &TestDb<D>) {
        assert_guarded::<Dated, D>(db).await;
    }
}

for_each_driver! {
    on sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn a_text_with_a_zone_works<D: Versions<Text>>(db: &TestDb<D>) {
        assert_guarded::<Text, D>(db).await;
    }

    async fn a_text_with_a_zone_moves_on_when_the_clock_was_put_back<D: Versions<Text>>(db: &TestDb<D>) {
        assert_later_than_the_future::<Text, D>(db, "texts").await;
    }
}

for_each_driver! {
    // SQLite's columns have no precision.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn whole_seconds_are_refused<D: Versions<Coarse>>(db: &TestDb<D>) {
        assert_coarse::<Coarse, D>(db, "updated_at").await;
    }
}
