use std::time::Duration;

use diesel::result::DatabaseErrorKind::ForeignKeyViolation;
use diesel::result::Error as DieselError;
use idem_diesel::{Restored, SoftDeleted, WriteError};
use idem_tests::lifecycles::{Lifecycles, Membership, Model as _, Part, Product, SoftDeletes};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};

const HOUR: Duration = Duration::from_secs(3600);

/// Purges products.
async fn purge<D: Lifecycles>(
    conn: &mut D,
    older_than: Duration,
    limit: u32,
) -> Result<usize, WriteError<Product>> {
    SoftDeletes::<Product>::purge_deleted(conn, older_than, limit).await
}

/// The same again where it was in somebody's way, as two of MySQL's deletes can be.
async fn purge_in_the_end<D: Lifecycles>(conn: &mut D, limit: u32) -> usize {
    loop {
        match purge(conn, HOUR, limit).await {
            Err(error) if error.is_retryable() => {}
            purged => return purged.unwrap(),
        }
    }
}

/// Deleted products, of the given ids, each so many seconds ago.
async fn with_deleted<D: Lifecycles>(db: &TestDb<D>, ages: &[(i64, i64)]) {
    db.lay_out::<Product>().await;
    let database = db.server().database();
    for (id, age) in ages {
        let then = match database {
            Database::Postgres => {
                format!("clock_timestamp() AT TIME ZONE 'UTC' - interval '{age} seconds'")
            }
            Database::Mysql | Database::Sqlite => database.in_seconds(-age),
        };
        db.execute(&format!(
            "INSERT INTO products (id, name, deleted_at) VALUES ({id}, 'tea', {then})"
        ))
        .await;
    }
}

/// The ids of the products that are left.
async fn left<D: Lifecycles>(db: &TestDb<D>, of: std::ops::RangeInclusive<i64>) -> Vec<i64> {
    let mut left = Vec::new();
    for id in of {
        left.extend(db.sought::<Product>(id).await.map(|product| product.id));
    }
    left
}

for_each_driver! {
    async fn only_what_was_deleted_before_the_cut_off_is_removed_and_live_rows_never<D: Lifecycles>(db: &TestDb<D>) {
        with_deleted(db, &[(1, 0), (2, 3500), (3, 3700), (4, 200_000)]).await;
        db.execute("INSERT INTO products (id, name) VALUES (5, 'milk')").await;
        let mut conn = db.connect().await;
        assert_eq!(purge(&mut conn, Duration::from_secs(1 << 40), 100).await.unwrap(), 0);
        assert_eq!(purge(&mut conn, 100 * HOUR, 100).await.unwrap(), 0);
        assert_eq!(purge(&mut conn, HOUR, 100).await.unwrap(), 2);
        assert_eq!(left(db, 1..=5).await, [1, 2, 5]);
        assert_eq!(purge(&mut conn, HOUR, 100).await.unwrap(), 0);
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(purge(&mut conn, Duration::ZERO, 100).await.unwrap(), 2);
        assert_eq!(left(db, 1..=5).await, [5]);
    }

    async fn the_oldest_go_first_and_no_more_than_the_limit<D: Lifecycles>(db: &TestDb<D>) {
        with_deleted(db, &[(1, 9000), (2, 10_000), (3, 8000), (4, 11_000), (5, 7000)]).await;
        let mut conn = db.connect().await;
        assert_eq!(purge(&mut conn, HOUR, 0).await.unwrap(), 0);
        assert_eq!(left(db, 1..=5).await, [1, 2, 3, 4, 5]);
        for remains in [vec![1, 3, 5], vec![5]] {
            assert_eq!(purge(&mut conn, HOUR, 2).await.unwrap(), 2);
            assert_eq!(left(db, 1..=5).await, remains);
        }
        assert_eq!(purge(&mut conn, HOUR, 2).await.unwrap(), 1);
    }

    async fn a_row_that_another_one_needs_fails_the_batch_and_nothing_is_lost<D: Lifecycles>(db: &TestDb<D>) {
        with_deleted(db, &[(1, 9000), (2, 8000)]).await;
        db.lay_out::<Part>().await;
        db.execute("INSERT INTO parts (id, product_id) VALUES (1, 2)").await;
        let db = match db.server().database() {
            Database::Sqlite => db.on_connect("PRAGMA foreign_keys = ON"),
            Database::Postgres | Database::Mysql => db.on_connect("SELECT 1"),
        };
        let mut conn = db.connect().await;
        let refused = purge(&mut conn, HOUR, 10).await;
        let Err(WriteError::Database(DieselError::DatabaseError(kind, _))) = refused else { panic!("{refused:?}") };
        assert!(matches!(kind, ForeignKeyViolation), "{kind:?}");
        assert_eq!(left(&db, 1..=2).await, [1, 2]);
        let two: Product = db.found(2).await;
        let refused = conn.force_delete(&two).await;
        assert!(matches!(refused, Err(WriteError::Database(DieselError::DatabaseError(ForeignKeyViolation, _)))), "{refused:?}");
        db.execute("DELETE FROM parts").await;
        assert_eq!(purge(&mut conn, HOUR, 10).await.unwrap(), 2);
    }

    async fn rows_with_keys_of_two_columns_are_purged<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Membership>().await;
        let left_at = match db.server().database() {
            Database::Mysql => "`left`",
            Database::Postgres | Database::Sqlite => "\"left\"",
        };
        db.execute(&format!(
            "INSERT INTO memberships (team, person, {left_at}) VALUES (1, 1, '2020-01-01 00:00:00'), (1, 2, NULL), \
             (2, 1, '2020-01-02 00:00:00'), (2, 2, '2020-01-03 00:00:00')"
        )).await;
        let mut conn = db.connect().await;
        assert_eq!(SoftDeletes::<Membership>::purge_deleted(&mut conn, HOUR, 2).await.unwrap(), 2);
        assert!(db.sought::<Membership>((1, 2)).await.is_some());
        assert!(db.sought::<Membership>((2, 2)).await.is_some());
        assert_eq!(SoftDeletes::<Membership>::purge_deleted(&mut conn, HOUR, 2).await.unwrap(), 1);
        assert!(db.sought::<Membership>((1, 2)).await.is_some());
    }

    async fn those_who_purge_at_once_remove_each_row_once<D: Lifecycles>(db: &TestDb<D>) {
        const ROWS: i64 = 40;
        with_deleted(db, &(1..=ROWS).map(|id| (id, 10_000 + id)).collect::<Vec<_>>()).await;
        let purged = db.concurrently(4, async |_, conn: &mut D| {
            let mut sum = 0;
            for _ in 0..10 {
                let purged = purge_in_the_end(conn, 3).await;
                assert!(purged <= 3);
                sum += purged;
            }
            sum
        }).await;
        assert_eq!(i64::try_from(purged.iter().sum::<usize>()).unwrap(), ROWS, "{purged:?}");
        assert!(left(db, 1..=ROWS).await.is_empty());
    }

    async fn a_row_restored_while_others_are_purged_stays<D: Lifecycles>(db: &TestDb<D>) {
        const ROWS: i64 = 40;
        db.lay_out::<Product>().await;
        for id in 1..=ROWS {
            db.execute(&format!("INSERT INTO products (id, name, deleted_at) VALUES ({id}, '{id}', '2020-01-01 00:00:00')")).await;
        }
        let answers = db.concurrently(4, async |number, conn: &mut D| {
            let (mut purged, mut restored) = (0, Vec::new());
            for id in 1..=ROWS {
                if number < 2 {
                    purged += purge_in_the_end(conn, 1).await;
                    continue;
                }
                let copy = Product { id: ROWS + 1 - id, name: String::new(), price: 0, deleted_at: None, deleted_by: None, delete_reason: None };
                loop {
                    match conn.restore(&copy).await {
                        Ok(Restored::Restored) => restored.push(copy.id),
                        Ok(Restored::NotDeleted) | Err(WriteError::NotFound) => {}
                        Err(error) if error.is_retryable() => continue,
                        Err(error) => panic!("{error:?}"),
                    }
                    break;
                }
            }
            (purged, restored)
        }).await;
        let purged: usize = answers.iter().map(|(purged, _)| purged).sum();
        let mut restored: Vec<_> = answers.into_iter().flat_map(|(_, restored)| restored).collect();
        restored.sort_unstable();
        assert_eq!(i64::try_from(purged + restored.len()).unwrap(), ROWS);
        assert_eq!(left(db, 1..=ROWS).await, restored);
    }

    async fn a_row_just_deleted_is_not_old_in_another_time_zone<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        db.execute("INSERT INTO products (id, name) VALUES (1, 'tea')").await;
        let [east, west] = match db.server().database() {
            Database::Postgres => ["SET LOCAL TIME ZONE 'Asia/Kathmandu'", "SET LOCAL TIME ZONE 'America/New_York'"],
            Database::Mysql => ["SET time_zone = '+05:45'", "SET time_zone = '-05:00'"],
            Database::Sqlite => ["PRAGMA user_version = 1"; 2],
        };
        let tea: Product = db.found(1).await;
        for (here, there) in [(east, west), (west, east)] {
            for (zone, purges) in [(here, false), (there, true)] {
                let mut conn = db.connect().await;
                conn.begin().await.unwrap();
                conn.execute(zone).await.unwrap();
                if purges {
                    assert_eq!(purge(&mut conn, HOUR, 10).await.unwrap(), 0);
                    assert_eq!(conn.restore(&tea).await.unwrap(), Restored::Restored);
                } else {
                    assert_eq!(conn.soft_delete(&tea).await.unwrap(), SoftDeleted::Deleted);
                }
                conn.commit().await.unwrap();
            }
        }
    }

    async fn a_purge_rolls_back_with_its_transaction<D: Lifecycles>(db: &TestDb<D>) {
        with_deleted(db, &[(1, 9000)]).await;
        let mut conn = db.connect().await;
        conn.begin().await.unwrap();
        assert_eq!(purge(&mut conn, HOUR, 10).await.unwrap(), 1);
        conn.rollback().await.unwrap();
        assert_eq!(left(db, 1..=1).await, [1]);
    }
}

// Where the clock can be stopped.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn a_row_of_exactly_the_cut_off_stays<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        let mut conn = db.connect().await;
        conn.begin().await.unwrap();
        let now = match db.server().database() {
            Database::Mysql => {
                conn.execute("SET timestamp = 1700000000.25").await.unwrap();
                "UTC_TIMESTAMP(6) - INTERVAL 60 SECOND"
            }
            _ => "now() AT TIME ZONE 'UTC' - interval '60 seconds'",
        };
        conn.execute(&format!("INSERT INTO products (id, name, deleted_at) VALUES (1, 'tea', {now})")).await.unwrap();
        assert_eq!(purge(&mut conn, Duration::from_secs(60), 10).await.unwrap(), 0);
        assert_eq!(purge(&mut conn, Duration::from_millis(59_999), 10).await.unwrap(), 1);
        conn.commit().await.unwrap();
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    // Where it takes the table to have one row, it would look for the oldest anew for each that there is.
    async fn no_plan_makes_the_limit_a_larger_one<D: Lifecycles>(db: &TestDb<D>) {
        with_deleted(db, &[(1, 20_000)]).await;
        db.execute("ANALYZE products").await;
        for id in 2..=20 {
            db.execute(&format!("INSERT INTO products (id, name, deleted_at) SELECT {id}, name, deleted_at FROM products WHERE id = 1")).await;
        }
        let mut conn = db.connect().await;
        for _ in 0..2 {
            assert_eq!(purge(&mut conn, HOUR, 3).await.unwrap(), 3);
        }
    }

    async fn rows_that_somebody_has_locked_are_passed_over<D: Lifecycles>(db: &TestDb<D>) {
        with_deleted(db, &[(1, 10_000), (2, 9000)]).await;
        let (mut conn, mut other) = (db.connect().await, db.connect().await);
        other.begin().await.unwrap();
        let one = Product::read(&mut other, 1).await;
        assert_eq!(other.restore(&one).await.unwrap(), Restored::Restored);
        assert_eq!(purge(&mut conn, HOUR, 10).await.unwrap(), 1);
        other.commit().await.unwrap();
        assert_eq!(left(db, 1..=2).await, [1]);
    }
}
