use idem_diesel::{Action, Expected, Restored, SoftDeleted, Version, WriteError};
use idem_tests::lifecycles::{Article, Draft, Lifecycles, Log, Model as _};
use idem_tests::{TestDb, for_each_driver};

async fn with_article<D: Lifecycles>(db: &TestDb<D>) -> Article {
    db.lay_out::<Article>().await;
    db.execute("INSERT INTO articles (id, title) VALUES (1, 'one')")
        .await;
    db.found(1).await
}

for_each_driver! {
    async fn deleting_and_restoring_each_raise_the_version<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::Deleted);
        assert_eq!(db.found::<Article>(1).await.lock_version, 1);
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::AlreadyDeleted);
        assert_eq!(db.found::<Article>(1).await.lock_version, 1);
        assert_eq!(conn.restore(&article).await.unwrap(), Restored::Restored);
        assert_eq!(conn.restore(&article).await.unwrap(), Restored::NotDeleted);
        assert_eq!(db.found::<Article>(1).await.lock_version, 2);
    }

    async fn a_version_that_is_a_uuid_is_a_new_one_each_time<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Draft>().await;
        db.execute("INSERT INTO drafts (id, title) VALUES (1, 'one')").await;
        let (first, mut conn): (Draft, _) = (db.found(1).await, db.connect().await);
        assert_eq!(conn.soft_delete(&first).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Draft = db.found(1).await;
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::Restored);
        let restored: Draft = db.found(1).await;
        let mut versions = [&first, &deleted, &restored].map(|copy| copy.revision.as_str());
        versions.sort_unstable();
        assert!(versions.windows(2).all(|pair| pair[0] != pair[1]), "{versions:?}");
        for old in [&first, &deleted] {
            assert!(conn.update(old, "two").await.unwrap_err().is_conflict());
        }
    }

    async fn a_version_that_is_a_time_is_a_later_one_each_time<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Log>().await;
        db.execute("INSERT INTO logs (id, title, written_at) VALUES (1, 'one', '2100-01-01 00:00:00')").await;
        let (first, mut conn): (Log, _) = (db.found(1).await, db.connect().await);
        assert_eq!(conn.soft_delete(&first).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Log = db.found(1).await;
        assert_eq!(conn.restore(&deleted).await.unwrap(), Restored::Restored);
        let restored: Log = db.found(1).await;
        assert!(first.written_at < deleted.written_at && deleted.written_at < restored.written_at);
        for old in [&first, &deleted] {
            assert!(conn.update(old, "two").await.unwrap_err().is_conflict());
        }
    }

    async fn an_update_of_a_deleted_row_is_deleted_whatever_the_copys_version<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Article = db.found(1).await;
        for copy in [&article, &deleted] {
            let refused = conn.update(copy, "two").await;
            assert!(matches!(refused, Err(WriteError::Deleted { ref current }) if **current == deleted), "{refused:?}");
        }
        assert_eq!(db.found::<Article>(1).await, deleted);
    }

    async fn a_copy_from_before_a_restore_conflicts<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Article = db.found(1).await;
        assert_eq!(conn.restore(&article).await.unwrap(), Restored::Restored);
        for (copy, version) in [(&article, 0), (&deleted, 1)] {
            let refused = conn.update(copy, "two").await;
            let Err(WriteError::Conflict { actual, current, .. }) = refused else { panic!("{version}: {refused:?}") };
            assert_eq!((actual, current.title.as_str()), (Version::Integer(2), "one"));
        }
        let fresh: Article = db.found(1).await;
        assert_eq!(conn.update(&fresh, "two").await.unwrap().into_inner().lock_version, 3);
    }

    // To delete a row is to delete it, whatever it says.
    async fn a_stale_copy_can_be_deleted_and_restored<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        let _ = conn.update(&article, "two").await.unwrap();
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::Deleted);
        assert_eq!(conn.restore(&article).await.unwrap(), Restored::Restored);
        let now: Article = db.found(1).await;
        assert_eq!((now.title.as_str(), now.lock_version), ("two", 3));
    }

    async fn a_deletion_that_expects_a_version_meets_it_or_is_412<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        let newer = conn.update(&article, "two").await.unwrap().into_inner();
        let refused = conn.soft_delete_expecting(&newer, Expected::Exactly(0)).await.unwrap_err();
        assert_eq!(refused.status(), 412);
        let WriteError::Conflict { expected, actual, current, action } = refused else { panic!("{refused:?}") };
        assert_eq!((expected, actual), (Expected::Exactly(Version::Integer(0)), Version::Integer(1)));
        assert_eq!((&*current, action), (&newer, Action::DeleteExpecting));
        assert_eq!(db.found::<Article>(1).await, newer);

        let deleted = conn.soft_delete_expecting(&newer, Expected::Exactly(1)).await;
        assert_eq!(deleted.unwrap(), SoftDeleted::Deleted);
        let now: Article = db.found(1).await;
        assert_eq!((now.deleted_at.is_some(), now.lock_version), (true, 2));
        // The same request, sent again.
        let again = conn.soft_delete_expecting(&newer, Expected::Exactly(1)).await;
        assert_eq!(again.unwrap(), SoftDeleted::AlreadyDeleted);
        assert_eq!(db.found::<Article>(1).await, now);
        let nowhere = conn.soft_delete_expecting(&Article { id: 2, ..newer }, Expected::Any).await;
        assert!(matches!(nowhere, Err(WriteError::NotFound)), "{nowhere:?}");
    }

    async fn a_deletion_expects_versions_of_every_kind<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        db.lay_out::<Draft>().await;
        db.execute("INSERT INTO drafts (id, title) VALUES (1, 'one')").await;
        let draft: Draft = db.found(1).await;
        let stale = Expected::OneOf(vec![String::from("none"), String::from("such")]);
        assert!(conn.soft_delete_expecting(&draft, stale).await.unwrap_err().is_conflict());
        let fresh = Expected::OneOf(vec![String::from("none"), draft.revision.clone()]);
        assert_eq!(conn.soft_delete_expecting(&draft, fresh).await.unwrap(), SoftDeleted::Deleted);

        db.lay_out::<Log>().await;
        db.execute("INSERT INTO logs (id, title, written_at) VALUES (1, 'one', '2020-01-01 00:00:00.123456')").await;
        let log: Log = db.found(1).await;
        let newer = conn.update(&log, "two").await.unwrap().into_inner();
        let stale = Expected::Exactly(log.written_at);
        assert!(conn.soft_delete_expecting(&log, stale).await.unwrap_err().is_conflict());
        let fresh = Expected::Exactly(newer.written_at);
        assert_eq!(conn.soft_delete_expecting(&log, fresh).await.unwrap(), SoftDeleted::Deleted);
    }

    async fn a_deletion_may_expect_any_version_and_meets_none_of_no_versions<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        let none = conn.soft_delete_expecting(&article, Expected::OneOf(vec![])).await;
        assert!(none.unwrap_err().is_conflict());
        assert_eq!(db.found::<Article>(1).await, article);
        assert_eq!(conn.soft_delete_expecting(&article, Expected::Any).await.unwrap(), SoftDeleted::Deleted);
        // As to a request that is sent again.
        for expected in [Expected::Any, Expected::OneOf(vec![]), Expected::Exactly(0)] {
            let again = conn.soft_delete_expecting(&article, expected).await;
            assert_eq!(again.unwrap(), SoftDeleted::AlreadyDeleted);
        }
    }

    async fn a_deletion_that_expects_the_largest_version_is_refused<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        db.execute("UPDATE articles SET lock_version = 2147483647").await;
        for expected in [Expected::Any, Expected::Exactly(i32::MAX)] {
            let refused = conn.soft_delete_expecting(&article, expected).await.unwrap_err();
            assert!(matches!(refused, WriteError::VersionExhausted { .. }), "{refused:?}");
        }
        let stale = conn.soft_delete_expecting(&article, Expected::Exactly(0)).await.unwrap_err();
        assert!(stale.is_conflict(), "{stale:?}");
    }

    // The row is restored after the statement has passed it over, and before it is looked at.
    async fn a_row_restored_in_between_is_deleted_if_it_is_what_is_expected<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        for (expected, deleted) in [(Expected::Exactly(1), true), (Expected::Exactly(0), false)] {
            db.execute("UPDATE articles SET deleted_at = '2020-01-01 00:00:00', lock_version = 1").await;
            db.between(&mut conn, 2, "UPDATE articles SET deleted_at = NULL").await;
            let answer = conn.soft_delete_expecting(&article, expected).await;
            match answer {
                Ok(SoftDeleted::Deleted) if deleted => {}
                Err(WriteError::Conflict { .. }) if !deleted => {}
                other => panic!("{other:?}"),
            }
            assert_eq!(db.found::<Article>(1).await.deleted_at.is_some(), deleted);
        }
    }

    async fn of_deletions_that_expect_one_version_each_succeeds_and_of_updates_none_is_lost<D: Lifecycles>(db: &TestDb<D>) {
        let base = with_article(db).await;
        let answers = db.concurrently(6, async |number, conn: &mut D| match number {
            0 => conn.update(&base, "two").await.map(|_| None),
            _ => conn.soft_delete_expecting(&base, Expected::Exactly(0)).await.map(Some),
        }).await;
        let now: Article = db.found(1).await;
        let deleted = answers.iter().filter(|answer| matches!(answer, Ok(Some(SoftDeleted::Deleted)))).count();
        match &answers[0] {
            Ok(None) => {
                assert_eq!((now.title.as_str(), now.lock_version, deleted), ("two", 1, 0));
                let lost = |answer: &Result<_, WriteError<Article>>| answer.as_ref().is_err_and(WriteError::is_conflict);
                assert!(answers[1..].iter().all(lost), "{answers:?}");
            }
            Err(WriteError::Deleted { .. }) => {
                assert_eq!((now.title.as_str(), now.lock_version, deleted), ("one", 1, 1));
                let there = |answer: &Result<_, _>| matches!(answer, Ok(Some(_)));
                assert!(answers[1..].iter().all(there), "{answers:?}");
            }
            other => panic!("{other:?}"),
        }
    }

    async fn the_version_ends_as_the_number_of_writes_that_succeeded<D: Lifecycles>(db: &TestDb<D>) {
        const ROUNDS: usize = 6;
        with_article(db).await;
        let counts = db.concurrently(6, async |number, conn: &mut D| {
            let mut written = 0;
            for round in 0..ROUNDS {
                let copy = Article::read(conn, 1).await;
                let done = match (number + round) % 3 {
                    0 => conn.soft_delete(&copy).await.map(|answer| answer == SoftDeleted::Deleted),
                    1 => conn.restore(&copy).await.map(|answer| answer == Restored::Restored),
                    _ => conn.update(&copy, &format!("{number} {round}")).await.map(|_| true),
                };
                match done {
                    Ok(done) => written += i32::from(done),
                    Err(WriteError::Conflict { .. } | WriteError::Deleted { .. }) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            written
        }).await;
        assert_eq!(db.found::<Article>(1).await.lock_version, counts.iter().sum::<i32>(), "{counts:?}");
    }

    async fn of_an_update_and_a_deletion_of_one_copy_both_or_one_succeed_and_none_is_lost<D: Lifecycles>(db: &TestDb<D>) {
        let article = with_article(db).await;
        for round in 0..5 {
            let base: Article = db.found(1).await;
            let answers = db.concurrently(2, async |number, conn: &mut D| match number {
                0 => conn.update(&base, &format!("{round}")).await.map(drop),
                _ => conn.soft_delete(&base).await.map(|answer| assert_eq!(answer, SoftDeleted::Deleted)),
            }).await;
            let now: Article = db.found(1).await;
            assert!(now.deleted_at.is_some());
            match &answers[0] {
                Ok(()) => assert_eq!((now.title, now.lock_version), (round.to_string(), base.lock_version + 2)),
                Err(WriteError::Deleted { .. }) => assert_eq!((now.title, now.lock_version), (base.title, base.lock_version + 1)),
                Err(error) => panic!("{error:?}"),
            }
            assert_eq!(db.connect().await.restore(&article).await.unwrap(), Restored::Restored);
        }
    }

    async fn a_row_of_the_largest_version_is_neither_deleted_nor_restored<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        db.execute("UPDATE articles SET lock_version = 2147483646").await;
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::Deleted);
        let last = Version::Integer(2_147_483_647);
        let deleted: Article = db.found(1).await;
        let refused = conn.restore(&article).await;
        assert!(matches!(refused, Err(WriteError::VersionExhausted { ref version }) if *version == last), "{refused:?}");
        assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::AlreadyDeleted);
        assert_eq!(db.found::<Article>(1).await, deleted);

        db.execute("UPDATE articles SET deleted_at = NULL").await;
        let refused = conn.soft_delete(&article).await;
        assert!(matches!(refused, Err(WriteError::VersionExhausted { ref version }) if *version == last), "{refused:?}");
        assert_eq!(conn.restore(&article).await.unwrap(), Restored::NotDeleted);
        assert_eq!(db.found::<Article>(1).await.deleted_at, None);
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn what_happened_to_a_row_since_the_snapshot_is_retryable<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            db.execute("UPDATE articles SET deleted_at = '2020-01-01 00:00:00'").await;
            conn.begin().await.unwrap();
            conn.execute(&format!("SET TRANSACTION ISOLATION LEVEL {level}")).await.unwrap();
            assert!(Article::read(&mut conn, 1).await.deleted_at.is_some());
            db.execute("UPDATE articles SET deleted_at = NULL").await;
            let deleted = conn.soft_delete(&article).await;
            assert!(matches!(deleted, Err(WriteError::Retryable(_))), "{deleted:?}");
            conn.rollback().await.unwrap();
            assert_eq!(conn.soft_delete(&article).await.unwrap(), SoftDeleted::Deleted);
        }
    }
}

for_each_driver! {
    // MySQL's and MariaDB's triggers can't cancel a write without an error.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async sqlite_sync sqlite_async
       sqlite_journal_sync sqlite_journal_async;

    async fn a_deletion_that_expects_a_version_and_is_cancelled_is_rejected<D: Lifecycles>(db: &TestDb<D>) {
        let (article, mut conn) = (with_article(db).await, db.connect().await);
        db.cancel("UPDATE", "articles").await;
        let refused = conn.soft_delete_expecting(&article, Expected::Exactly(0)).await;
        assert!(matches!(refused, Err(WriteError::Rejected { current: Some(ref row) }) if **row == article), "{refused:?}");
    }
}
