use std::time::Duration;

use idem_diesel::{Conflicting, Expected, RetryPolicy, Version, WriteError};
use idem_tests::servers::Database;
use idem_tests::versions::{Model, Stock, Versions, Way};
use idem_tests::{Bank as _, TestDb, for_each_driver};

/// The session's level, where one can be set for those to come.
const MYSQL_LEVEL: &str = "SET SESSION TRANSACTION ISOLATION LEVEL";

/// Opens a transaction at this level, and reads in it.
async fn begin<D: Versions<Stock>>(db: &TestDb<D>, conn: &mut D, level: &str) -> Stock {
    if db.server().database() == Database::Mysql {
        conn.execute(&format!("{MYSQL_LEVEL} {level}"))
            .await
            .unwrap();
    }
    conn.begin().await.unwrap();
    if db.server().database() == Database::Postgres {
        conn.execute(&format!("SET TRANSACTION ISOLATION LEVEL {level}"))
            .await
            .unwrap();
    }
    conn.copy().await
}

/// Writes the row behind the back of a transaction that has read it; gives what it is then.
async fn write_elsewhere<D: Versions<Stock>>(db: &TestDb<D>, copy: &Stock) -> Stock {
    db.execute(
        "UPDATE stock SET pieces = pieces - 10, lock_version = lock_version + 1 WHERE id = 1",
    )
    .await;
    let (pieces, lock_version) = (copy.pieces - 10, copy.lock_version + 1);
    Stock {
        id: 1,
        pieces,
        lock_version,
    }
}

/// Fails unless each operation on a row that was changed since the transaction read it is to be tried
/// again from the start, and then succeeds, having left nothing behind.
async fn assert_to_be_tried_again<D: Versions<Stock>>(db: &TestDb<D>, level: &str) {
    for way in Way::ALL {
        db.execute("DROP TABLE IF EXISTS stock").await;
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        let copy = begin(db, &mut conn, level).await;
        let row = write_elsewhere(db, &copy).await;
        let error = way.take(&mut conn, &copy).await.unwrap_err();
        assert!(
            matches!(error, WriteError::Retryable(_)),
            "{way:?}: {error:?}"
        );
        assert_eq!(
            (
                error.status(),
                error.is_retryable(),
                Conflicting::is_conflict(&error)
            ),
            (503, true, false)
        );
        conn.rollback().await.unwrap();
        assert_eq!(db.stock().await, Some(row.clone()));

        let fresh = begin(db, &mut conn, level).await;
        assert_eq!(fresh, row);
        way.take(&mut conn, &fresh).await.unwrap();
        conn.commit().await.unwrap();
        assert_ne!(db.stock().await, Some(row), "{way:?}");
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_stale_write_at_repeatable_read_is_retryable<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_to_be_tried_again(db, "REPEATABLE READ").await;
    }

    async fn a_stale_write_at_serializable_is_retryable<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_to_be_tried_again(db, "SERIALIZABLE").await;
    }

    // The row of the snapshot isn't the one that is expected, so that nothing gets as far as to fail.
    async fn a_copy_newer_than_the_snapshot_is_retryable<D: Versions<Stock>>(db: &TestDb<D>) {
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            for way in Way::ALL {
                db.execute("DROP TABLE IF EXISTS stock").await;
                db.add_for_transactions::<Stock>().await;
                let mut conn = db.connect().await;
                let copy = begin(db, &mut conn, level).await;
                let newer = write_elsewhere(db, &copy).await;
                let error = way.take(&mut conn, &newer).await.unwrap_err();
                assert!(matches!(error, WriteError::Retryable(_)), "{way:?} at {level}: {error:?}");
                conn.rollback().await.unwrap();
                begin(db, &mut conn, level).await;
                way.take(&mut conn, &newer).await.unwrap();
                conn.commit().await.unwrap();
                assert_ne!(db.stock().await, Some(newer), "{way:?} at {level}");
            }
        }
    }

    // Nor does it keep others from the row, or wait for them.
    async fn a_miss_at_read_committed_locks_nothing<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let (mut one, mut other) = (db.connect().await, db.connect().await);
        let copy = begin(db, &mut one, "READ COMMITTED").await;
        write_elsewhere(db, &copy).await;
        assert!(one.update(&copy, Some(7)).await.unwrap_err().is_conflict());
        begin(db, &mut other, "READ COMMITTED").await;
        other.execute("SET LOCAL lock_timeout = '2s'").await.unwrap();
        let fresh: Stock = other.copy().await;
        assert!(other.update(&fresh, Some(8)).await.unwrap().is_changed());
        assert!(one.update(&copy, Some(7)).await.unwrap_err().is_conflict());
        other.commit().await.unwrap();
        one.commit().await.unwrap();
    }

    async fn a_row_deleted_since_the_snapshot_is_retryable<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        for way in Way::ALL {
            let mut conn = db.connect().await;
            let copy = begin(db, &mut conn, "REPEATABLE READ").await;
            db.execute("DELETE FROM stock WHERE id = 1").await;
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            assert!(matches!(error, WriteError::Retryable(_)), "{way:?}: {error:?}");
            conn.rollback().await.unwrap();
            db.execute("INSERT INTO stock (id, pieces) VALUES (1, 100)").await;
        }
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_stale_write_at_read_committed_conflicts_with_the_true_current_row<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        for way in Way::ALL {
            let mut conn = db.connect().await;
            let copy = begin(db, &mut conn, "READ COMMITTED").await;
            let row = write_elsewhere(db, &copy).await;
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            assert_eq!((error.is_conflict(), error.current()), (true, Some(&row)), "{way:?}: {error:?}");
            conn.commit().await.unwrap();
        }
    }
}

for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_stale_write_at_repeatable_read_conflicts_with_the_true_current_row<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        for way in Way::ALL {
            let mut conn = db.connect().await;
            let copy = begin(db, &mut conn, "REPEATABLE READ").await;
            let row = write_elsewhere(db, &copy).await;
            let seen: Stock = conn.copy().await;
            assert_eq!(seen, copy);
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            let version = Version::Integer(row.lock_version.into());
            assert!(matches!(&error, WriteError::Conflict { actual, current, .. } if *actual == version && **current == row), "{way:?}: {error:?}");
            conn.rollback().await.unwrap();
        }
    }

    async fn an_empty_change_sees_the_true_version_whatever_the_snapshot_shows<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        let copy = begin(db, &mut conn, "REPEATABLE READ").await;
        let row = write_elsewhere(db, &copy).await;
        let error = conn.update_expecting(Expected::Exactly(copy.lock_version), None).await.unwrap_err();
        assert_eq!((error.is_conflict(), error.current()), (true, Some(&row)), "{error:?}");
        conn.rollback().await.unwrap();
    }

    async fn a_row_deleted_since_the_snapshot_is_not_found<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        let copy = begin(db, &mut conn, "REPEATABLE READ").await;
        db.execute("DELETE FROM stock WHERE id = 1").await;
        for way in Way::ALL {
            let error = way.take(&mut conn, &copy).await.unwrap_err();
            assert!(matches!(error, WriteError::NotFound), "{way:?}: {error:?}");
        }
        conn.rollback().await.unwrap();
    }

    async fn retry_on_conflict_gets_past_a_stale_snapshot<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        let copy = begin(db, &mut conn, "REPEATABLE READ").await;
        let row = write_elsewhere(db, &copy).await;
        let policy = RetryPolicy::attempts(3).min_delay(Duration::from_millis(1));
        let written = conn.retry(policy, async |conn: &mut D, fresh: Stock, _| conn.update(&fresh, Some(1)).await).await;
        assert_eq!(written.unwrap().into_inner(), Stock { pieces: 1, lock_version: row.lock_version + 1, ..row });
        conn.commit().await.unwrap();
    }

    async fn a_stale_write_under_a_strict_snapshot_is_retryable_and_nothing_of_it_stays<D: Versions<Stock>>(db: &TestDb<D>) {
        // MariaDB, from the versions that have it.
        let has_it = "SELECT COUNT(*) AS n FROM information_schema.global_variables WHERE variable_name = 'INNODB_SNAPSHOT_ISOLATION'";
        if db.plain().await.number(has_it).await.is_ok_and(|count| count == 1) {
            let strict = db.on_connect("SET SESSION innodb_snapshot_isolation = ON");
            assert_to_be_tried_again(&strict, "REPEATABLE READ").await;
        }
    }

    async fn of_two_at_serializable_who_have_both_read_one_is_told_to_try_again<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let read = std::sync::Barrier::new(2);
        let answers = db.concurrently(2, async |_, conn: &mut D| {
            let copy = begin(db, conn, "SERIALIZABLE").await;
            read.wait();
            let answer = conn.update(&copy, Some(7)).await;
            match answer {
                Ok(_) => conn.commit().await.unwrap(),
                Err(_) => conn.rollback().await.unwrap(),
            }
            answer
        }).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert!(matches!(&lost[..], [Err(WriteError::Retryable(_))]), "{won:?} {lost:?}");
        assert_eq!(db.stock().await.unwrap().lock_version, 1);
    }
}

for_each_driver! {
    // With a rollback journal, who has read keeps others from committing.
    on sqlite_sync sqlite_async;

    async fn a_stale_write_in_a_transaction_that_can_no_longer_write_is_retryable<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_to_be_tried_again(db, "SERIALIZABLE").await;
    }
}

/// Decrements in transactions that read first, each tried again until it is through.
async fn assert_nothing_is_lost<D: Versions<Stock>>(db: &TestDb<D>, level: &str) {
    const RACERS: usize = 4;
    const TIMES: i64 = 5;
    db.add_for_transactions::<Stock>().await;
    db.concurrently(RACERS, async |_, conn: &mut D| {
        for _ in 0..TIMES {
            loop {
                let copy = begin(db, conn, level).await;
                match conn.write(&copy, Some(copy.pieces - 1)).await {
                    Ok(_) if conn.commit().await.is_ok() => break,
                    Err(error) => {
                        assert!(error.is_conflict() || error.is_retryable(), "{error:?}");
                        conn.rollback().await.unwrap();
                    }
                    Ok(_) => {}
                }
            }
        }
    })
    .await;
    let writes = i64::try_from(RACERS).unwrap() * TIMES;
    let row = db.stock().await.unwrap();
    assert_eq!(
        (row.pieces(), i64::from(row.lock_version)),
        (100 - writes, writes)
    );
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn nothing_is_lost_between_transactions_at_repeatable_read<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_nothing_is_lost(db, "REPEATABLE READ").await;
    }

    async fn nothing_is_lost_between_transactions_at_serializable<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_nothing_is_lost(db, "SERIALIZABLE").await;
    }
}
