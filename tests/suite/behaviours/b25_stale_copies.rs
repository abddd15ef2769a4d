use idem_diesel::{Expected, HasVersion as _, Updated, Version, WriteError};
use idem_tests::versions::{Model, Stock, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

/// The copy with what a second writer left: 90 pieces, and the next version.
fn after_one_write() -> Stock {
    Stock {
        id: 1,
        pieces: 90,
        lock_version: 1,
    }
}

/// Fails unless a write of a copy at version 0 has run into one at version 1.
fn assert_conflict(way: Way, answer: Result<(), WriteError<Stock>>, current_row: &Stock) {
    match answer {
        Err(WriteError::Conflict {
            expected,
            actual,
            current,
            action,
        }) => {
            assert_eq!(expected, Expected::Exactly(Version::Integer(0)));
            assert_eq!(actual, Version::Integer(1));
            assert_eq!((*current, action), (current_row.clone(), way.action()));
        }
        other => panic!("{way:?}: {other:?}"),
    }
}

for_each_driver! {
    async fn an_update_bumps_the_version_by_one_and_returns_what_is_stored<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        assert_eq!((copy.pieces, copy.lock_version), (100, 0));
        let written = conn.update(&copy, Some(90)).await.unwrap();
        assert_eq!(written, Updated::Changed(after_one_write()));
        assert_eq!(db.stored().await, Some(after_one_write()));
        assert_eq!(conn.write(&after_one_write(), Some(80)).await.unwrap(), Updated::Changed(()));
        assert_eq!(db.stored().await, Some(Stock { id: 1, pieces: 80, lock_version: 2 }));
        let others = "SELECT COUNT(*) AS n FROM stock WHERE pieces = 100 AND lock_version = 0";
        assert_eq!(conn.number(others).await, Ok(2));
    }

    async fn the_second_of_two_copies_conflicts_however_it_writes_and_however_often<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let (mut first, mut second) = (db.connect().await, db.connect().await);
        let (mine, yours): (Stock, Stock) = (first.copy().await, second.copy().await);
        let unchanged = yours.clone();
        assert!(first.update(&mine, Some(90)).await.unwrap().is_changed());
        for way in [Way::ALL, Way::ALL].concat() {
            assert_conflict(way, way.take(&mut second, &yours).await, &after_one_write());
            assert_eq!((&yours, db.stored().await), (&unchanged, Some(after_one_write())), "{way:?}");
        }
        let fresh: Stock = second.copy().await;
        assert_eq!(second.update(&fresh, Some(80)).await.unwrap().into_inner().lock_version, 2);
    }

    async fn a_conflict_leaves_the_transaction_it_is_in_usable<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        conn.begin().await.unwrap();
        let copy: Stock = conn.copy().await;
        assert_eq!(conn.update(&copy, Some(90)).await.unwrap(), Updated::Changed(after_one_write()));
        conn.deposit(1, 50).await.unwrap();
        for way in Way::ALL {
            assert_conflict(way, way.take(&mut conn, &copy).await, &after_one_write());
        }
        let fresh: Stock = conn.copy().await;
        assert!(conn.update(&fresh, Some(80)).await.unwrap().is_changed());
        conn.commit().await.unwrap();
        let row = Stock { id: 1, pieces: 80, lock_version: 2 };
        assert_eq!((db.balance(1).await, db.stock().await), (1050, Some(row)));
    }

    async fn a_copy_conflicts_with_a_plain_write_that_bumps<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        db.execute("UPDATE stock SET pieces = 90, lock_version = lock_version + 1 WHERE id = 1").await;
        let answer = Way::Update.take(&mut conn, &copy).await;
        assert_conflict(Way::Update, answer, &after_one_write());
    }

    async fn writing_what_the_row_says_already_bumps_all_the_same<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let same = conn.update(&copy, Some(copy.pieces)).await.unwrap();
        assert_eq!(same, Updated::Changed(Stock { lock_version: 1, ..copy.clone() }));
        let again = conn.update(&copy, Some(copy.pieces)).await;
        assert!(again.unwrap_err().is_conflict());
    }

    async fn force_increment_bumps_and_changes_nothing_else<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let raised = conn.increment(&copy).await.unwrap();
        assert_eq!(raised, Stock { lock_version: 1, ..copy });
        assert_eq!(db.stored().await, Some(raised));
    }

    async fn deleting_the_current_copy_removes_its_row_and_no_other<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        conn.delete(&copy).await.unwrap();
        assert_eq!(db.stored::<Stock>().await, None);
        assert_eq!(conn.number("SELECT COUNT(*) AS n FROM stock").await, Ok(2));
        let again = conn.delete(&copy).await.unwrap_err();
        assert!(matches!(again, WriteError::NotFound), "{again:?}");
    }

    async fn what_is_expected_decides_what_is_overwritten<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        for (expected, writes) in [
            (Expected::Exactly(0), true),
            (Expected::Exactly(0), false),
            (Expected::Exactly(2), false),
            (Expected::Exactly(i32::MAX), false),
            (Expected::Exactly(i32::MIN), false),
            (Expected::OneOf(vec![0, 3, 1]), true),
            (Expected::OneOf(vec![0, 1]), false),
            (Expected::OneOf(vec![]), false),
            (Expected::Any, true),
        ] {
            let before: Stock = conn.copy().await;
            let answer = conn.update_expecting(expected.clone(), Some(before.pieces - 1)).await;
            let after = Stock { pieces: before.pieces - 1, lock_version: before.lock_version + 1, ..before };
            match answer {
                Ok(row) => assert_eq!((row, writes), (Updated::Changed(after.clone()), true), "{expected}"),
                Err(error) => {
                    assert_eq!((error.status(), error.current(), writes), (412, Some(&before), false), "{expected}: {error:?}");
                    let WriteError::Conflict { expected: told, actual, .. } = error else { panic!("{error:?}") };
                    assert_eq!((told, actual), (expected.to_versions(), Version::Integer(before.version().to_owned().into())));
                }
            }
            let expected_row = if writes { after } else { before };
            assert_eq!(db.stored().await, Some(expected_row), "{expected}");
        }
    }
}

for_each_driver! {
    async fn two_writes_through_the_returned_copies_and_a_delete_all_apply_in_one_transaction<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        conn.begin().await.unwrap();
        let copy: Stock = conn.copy().await;
        let second = conn.update(&copy, Some(90)).await.unwrap().into_inner();
        let third = conn.update(&second, Some(80)).await.unwrap().into_inner();
        let fourth = conn.increment(&third).await.unwrap();
        assert_eq!((fourth.pieces(), fourth.lock_version), (80, 3));
        for stale in [&copy, &second, &third] {
            assert!(conn.delete(stale).await.unwrap_err().is_conflict(), "{stale:?}");
        }
        conn.delete(&fourth).await.unwrap();
        conn.commit().await.unwrap();
        assert_eq!(db.stock().await, None);
    }
}
