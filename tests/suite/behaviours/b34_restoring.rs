use idem_diesel::{Restored, SoftDeleted, WriteError};
use idem_tests::lifecycles::{Article, Lifecycles, Model as _, Product};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};

const RACERS: usize = 8;

/// A database with a deleted product and a live one, both named tea.
async fn with_two_teas<D: Lifecycles>(db: &TestDb<D>) -> Product {
    db.lay_out::<Product>().await;
    db.execute(
        "INSERT INTO products (id, name, deleted_at, deleted_by) VALUES (1, 'tea', '2020-01-01 00:00:00', 'Ann'), \
         (2, 'tea', NULL, NULL)",
    )
    .await;
    db.found::<Product>(1).await
}

/// Fails unless a restore was refused for the sake of the live row's name.
fn assert_conflict(database: Database, refused: Result<Restored, WriteError<Product>>) {
    let Err(WriteError::RestoreConflict { constraint }) = refused else {
        panic!("{refused:?}")
    };
    match database {
        Database::Postgres => assert_eq!(constraint, "products_live_name"),
        // MySQL names the table too, MariaDB doesn't.
        Database::Mysql => assert_eq!(
            constraint.trim_start_matches("products."),
            "products_live_name"
        ),
        Database::Sqlite => assert_eq!(constraint, "products.name"),
    }
}

for_each_driver! {
    async fn restoring_a_live_row_writes_nothing<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Article>().await;
        db.execute("INSERT INTO articles (id, title) VALUES (1, 'one')").await;
        let mut conn = db.connect().await;
        let live: Article = db.found(1).await;
        for _ in 0..2 {
            assert_eq!(conn.restore(&live).await.unwrap(), Restored::NotDeleted);
        }
        assert_eq!(db.found::<Article>(1).await, live);
    }

    async fn restoring_twice_is_not_deleted_the_second_time<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        db.execute("INSERT INTO products (id, name) VALUES (1, 'tea')").await;
        let (tea, mut conn): (Product, _) = (db.found(1).await, db.connect().await);
        assert_eq!(conn.soft_delete_as(&tea, Some("Ann"), Some("sold out")).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Product = db.found(1).await;
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::Restored);
        assert_eq!(db.found::<Product>(1).await, tea);
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::NotDeleted);
    }

    // Which of the two it is, the row says, and not what the copy remembers.
    async fn a_copy_that_is_out_of_date_decides_nothing<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        db.execute("INSERT INTO products (id, name) VALUES (1, 'tea')").await;
        let (live, mut conn): (Product, _) = (db.found(1).await, db.connect().await);
        assert_eq!(conn.soft_delete(&live).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Product = db.found(1).await;
        assert_eq!(conn.restore(&live).await.unwrap(), Restored::Restored);
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::NotDeleted);
        assert_eq!(conn.soft_delete(&deleted).await.unwrap(), SoftDeleted::Deleted);
    }

    async fn a_restore_beside_a_live_duplicate_names_the_constraint<D: Lifecycles>(db: &TestDb<D>) {
        let (deleted, mut conn) = (with_two_teas(db).await, db.connect().await);
        for _ in 0..2 {
            assert_conflict(db.server().database(), conn.restore(&deleted).await);
        }
        assert_eq!(db.found::<Product>(1).await, deleted);
        let live: Product = db.found(2).await;
        assert_eq!(conn.soft_delete(&live).await.unwrap(), SoftDeleted::Deleted);
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::Restored);
    }

    async fn after_a_restore_conflict_an_open_transaction_goes_on_and_commits<D: Lifecycles>(db: &TestDb<D>) {
        let (deleted, mut conn) = (with_two_teas(db).await, db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(1, 50).await.unwrap();
        assert_conflict(db.server().database(), conn.restore(&deleted).await);
        conn.begin().await.unwrap();
        conn.deposit(1, 7).await.unwrap();
        assert_conflict(db.server().database(), conn.restore(&deleted).await);
        conn.deposit(1, 3).await.unwrap();
        conn.commit().await.unwrap();
        let live = Product::read(&mut conn, 2).await;
        assert_eq!(conn.soft_delete(&live).await.unwrap(), SoftDeleted::Deleted);
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::Restored);
        conn.commit().await.unwrap();
        assert_eq!(db.balance(1).await, 1060);
        assert_eq!(db.found::<Product>(1).await.deleted_at, None);
    }

    async fn of_racers_that_restore_a_row_exactly_one_does<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        db.execute("INSERT INTO products (id, name, deleted_at) VALUES (1, 'tea', '2020-01-01 00:00:00')").await;
        let tea: Product = db.found(1).await;
        let answers = db.concurrently(RACERS, async |_, conn: &mut D| conn.restore(&tea).await.unwrap()).await;
        assert_eq!(answers.iter().filter(|answer| **answer == Restored::Restored).count(), 1, "{answers:?}");
    }

    async fn of_racers_that_restore_duplicates_one_does_and_the_others_conflict<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        for id in 0..RACERS {
            db.execute(&format!("INSERT INTO products (id, name, deleted_at) VALUES ({id}, 'tea', '2020-01-01 00:00:00')")).await;
        }
        let answers = db.concurrently(RACERS, async |number, conn: &mut D| {
            let copy = Product::read(conn, i64::try_from(number).unwrap()).await;
            conn.restore(&copy).await
        }).await;
        let (restored, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(restored.len(), 1, "{refused:?}");
        for refused in refused {
            assert_conflict(db.server().database(), refused);
        }
        let live = db.connect().await.number("SELECT COUNT(*) AS n FROM products WHERE deleted_at IS NULL").await;
        assert_eq!(live.unwrap(), 1);
    }

    // The row is deleted after the statement has passed it over, and before it is looked at.
    async fn a_row_deleted_in_between_is_restored_after_all<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        db.execute("INSERT INTO products (id, name) VALUES (1, 'tea')").await;
        let (tea, mut conn): (Product, _) = (db.found(1).await, db.connect().await);
        db.between(&mut conn, 2, "UPDATE products SET deleted_at = '2020-01-01 00:00:00'").await;
        let answer = conn.restore(&tea).await;
        assert!(matches!(answer, Ok(Restored::Restored)), "{answer:?}");
        assert_eq!(db.found::<Product>(1).await, tea);
    }
}
