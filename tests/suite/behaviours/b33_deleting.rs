use idem_diesel::{Restored, SoftDeleted, WriteError};
use idem_tests::lifecycles::{Article, Lifecycles, Membership, Product};
use idem_tests::{TestDb, for_each_driver};

const RACERS: usize = 8;

/// A database with one live product, named tea.
async fn with_tea<D: Lifecycles>(db: &TestDb<D>) -> Product {
    db.lay_out::<Product>().await;
    db.execute("INSERT INTO products (id, name, price) VALUES (1, 'tea', 5)")
        .await;
    db.found::<Product>(1).await
}

for_each_driver! {
    async fn a_deletion_keeps_its_time_actor_and_reason<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        for (by, reason) in [(Some("Ann"), Some("sold out")), (Some("Ann"), None), (None, Some("sold out")), (None, None)] {
            assert_eq!(conn.soft_delete_as(&tea, by, reason).await.unwrap(), SoftDeleted::Deleted);
            let deleted: Product = db.found(1).await;
            assert!(deleted.deleted_at.is_some());
            assert_eq!((deleted.deleted_by.as_deref(), deleted.delete_reason.as_deref()), (by, reason));
            assert_eq!(conn.restore(&tea).await.unwrap(), Restored::Restored);
        }
    }

    async fn deleting_twice_keeps_the_first_time_actor_and_reason<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        assert_eq!(conn.soft_delete_as(&tea, Some("Ann"), Some("sold out")).await.unwrap(), SoftDeleted::Deleted);
        let first: Product = db.found(1).await;
        for copy in [&tea, &first] {
            let second = conn.soft_delete_as(copy, Some("Ben"), Some("bad")).await.unwrap();
            assert_eq!(second, SoftDeleted::AlreadyDeleted);
            assert_eq!(conn.soft_delete(copy).await.unwrap(), SoftDeleted::AlreadyDeleted);
        }
        assert_eq!(db.found::<Product>(1).await, first);
    }

    async fn of_racers_that_delete_a_row_exactly_one_does<D: Lifecycles>(db: &TestDb<D>) {
        let tea = with_tea(db).await;
        for _ in 0..3 {
            let answers = db.concurrently(RACERS, async |number, conn: &mut D| {
                conn.soft_delete_as(&tea, Some(&number.to_string()), None).await.unwrap()
            }).await;
            let winner = answers.iter().position(|answer| *answer == SoftDeleted::Deleted).unwrap();
            assert_eq!(answers.iter().filter(|answer| **answer == SoftDeleted::Deleted).count(), 1, "{answers:?}");
            assert_eq!(db.found::<Product>(1).await.deleted_by, Some(winner.to_string()));
            assert_eq!(db.connect().await.restore(&tea).await.unwrap(), Restored::Restored);
        }
    }

    async fn a_second_deletion_after_a_restore_has_its_own_actor<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        assert_eq!(conn.soft_delete_as(&tea, Some("Ann"), Some("sold out")).await.unwrap(), SoftDeleted::Deleted);
        let first = db.found::<Product>(1).await.deleted_at;
        assert_eq!(conn.restore(&tea).await.unwrap(), Restored::Restored);
        assert_eq!(db.found::<Product>(1).await, tea);
        assert_eq!(conn.soft_delete_as(&tea, Some("Ben"), None).await.unwrap(), SoftDeleted::Deleted);
        let second: Product = db.found(1).await;
        assert_eq!((second.deleted_by.as_deref(), second.delete_reason), (Some("Ben"), None));
        assert!(second.deleted_at >= first);
    }

    async fn what_is_not_there_is_not_found<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        conn.force_delete(&tea).await.unwrap();
        assert!(matches!(conn.soft_delete(&tea).await, Err(WriteError::NotFound)));
        assert!(matches!(conn.soft_delete_as(&tea, Some("Ann"), None).await, Err(WriteError::NotFound)));
        assert!(matches!(conn.restore(&tea).await, Err(WriteError::NotFound)));
        assert!(matches!(conn.force_delete(&tea).await, Err(WriteError::NotFound)));
    }

    async fn only_force_delete_removes_a_row_live_or_deleted<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        for deleted in [false, true] {
            if deleted {
                assert_eq!(conn.soft_delete(&tea).await.unwrap(), SoftDeleted::Deleted);
                assert_eq!(conn.soft_delete(&tea).await.unwrap(), SoftDeleted::AlreadyDeleted);
            }
            assert!(db.sought::<Product>(1).await.is_some());
            conn.force_delete(&tea).await.unwrap();
            assert!(db.sought::<Product>(1).await.is_none());
            db.execute("INSERT INTO products (id, name, price) VALUES (1, 'tea', 5)").await;
        }
    }

    async fn a_versioned_delete_of_a_soft_deleted_row_is_deleted_and_leaves_it<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Article>().await;
        db.execute("INSERT INTO articles (id, title) VALUES (1, 'one')").await;
        let mut conn = db.connect().await;
        let live: Article = db.found(1).await;
        assert_eq!(conn.soft_delete(&live).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Article = db.found(1).await;
        for copy in [&live, &deleted] {
            let refused = conn.delete_versioned(copy).await;
            assert!(matches!(refused, Err(WriteError::Deleted { ref current }) if **current == deleted), "{refused:?}");
        }
        assert_eq!(db.found::<Article>(1).await, deleted);
    }

    async fn no_other_row_is_touched_also_where_half_of_a_key_is_shared<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Membership>().await;
        db.execute("INSERT INTO memberships (team, person) VALUES (1, 1), (1, 2), (2, 1)").await;
        let mut conn = db.connect().await;
        let live: Membership = db.found((1, 1)).await;
        assert_eq!(conn.soft_delete(&live).await.unwrap(), SoftDeleted::Deleted);
        assert!(db.found::<Membership>((1, 1)).await.left_at.is_some());
        for other in [(1, 2), (2, 1)] {
            let copy: Membership = db.found(other).await;
            assert_eq!(copy.left_at, None);
            assert_eq!(conn.soft_delete(&copy).await.unwrap(), SoftDeleted::Deleted);
        }
        assert_eq!(conn.restore(&live).await.unwrap(), Restored::Restored);
        conn.force_delete(&live).await.unwrap();
        assert!(db.sought::<Membership>((1, 1)).await.is_none());
        for other in [(1, 2), (2, 1)] {
            assert!(db.found::<Membership>(other).await.left_at.is_some());
        }
    }

    async fn nothing_but_its_own_columns_is_written<D: Lifecycles>(db: &TestDb<D>) {
        let (mut copy, mut conn) = (with_tea(db).await, db.connect().await);
        copy.name = "coffee".into();
        copy.price = 7;
        copy.deleted_by = Some("Ann".into());
        assert_eq!(conn.soft_delete(&copy).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Product = db.found(1).await;
        assert_eq!((deleted.name.as_str(), deleted.price, deleted.deleted_by), ("tea", 5, None));
        assert_eq!(conn.restore(&copy).await.unwrap(), Restored::Restored);
        let live: Product = db.found(1).await;
        assert_eq!((live.name.as_str(), live.price), ("tea", 5));
    }

    async fn a_deletion_rolls_back_with_its_transaction<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        conn.begin().await.unwrap();
        assert_eq!(conn.soft_delete(&tea).await.unwrap(), SoftDeleted::Deleted);
        conn.rollback().await.unwrap();
        assert_eq!(db.found::<Product>(1).await, tea);
        assert_eq!(conn.soft_delete(&tea).await.unwrap(), SoftDeleted::Deleted);
    }

    // The row is restored after the statement has passed it over, and before it is looked at.
    async fn a_row_restored_in_between_is_deleted_after_all<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        assert_eq!(conn.soft_delete_as(&tea, Some("Ann"), None).await.unwrap(), SoftDeleted::Deleted);
        db.between(&mut conn, 2, "UPDATE products SET deleted_at = NULL, deleted_by = NULL").await;
        assert_eq!(conn.soft_delete_as(&tea, Some("Ben"), None).await.unwrap(), SoftDeleted::Deleted);
        assert_eq!(db.found::<Product>(1).await.deleted_by.as_deref(), Some("Ben"));
    }
}

// MySQL's and MariaDB's triggers can't cancel a write without an error.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async sqlite_sync sqlite_async
       sqlite_journal_sync sqlite_journal_async;

    async fn what_a_trigger_cancels_is_rejected<D: Lifecycles>(db: &TestDb<D>) {
        let (tea, mut conn) = (with_tea(db).await, db.connect().await);
        db.execute("INSERT INTO products (id, name, deleted_at) VALUES (2, 'milk', '2020-01-01 00:00:00')").await;
        let milk: Product = db.found(2).await;
        db.cancel("UPDATE", "products").await;
        let refused = conn.soft_delete_as(&tea, Some("Ann"), None).await;
        assert!(matches!(refused, Err(WriteError::Rejected { current: Some(ref row) }) if **row == tea), "{refused:?}");
        let refused = conn.restore(&milk).await;
        assert!(matches!(refused, Err(WriteError::Rejected { current: Some(ref row) }) if **row == milk), "{refused:?}");
        // There is nothing to cancel in these.
        assert_eq!(conn.soft_delete(&milk).await.unwrap(), SoftDeleted::AlreadyDeleted);
        assert_eq!(conn.restore(&tea).await.unwrap(), Restored::NotDeleted);

        db.cancel("DELETE", "products").await;
        let refused = conn.force_delete(&tea).await;
        assert!(matches!(refused, Err(WriteError::Rejected { current: Some(ref row) }) if **row == tea), "{refused:?}");
        assert_eq!((db.found::<Product>(1).await, db.found::<Product>(2).await), (tea, milk));
    }
}
