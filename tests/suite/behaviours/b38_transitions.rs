use idem_diesel::{Restored, SoftDeleted, Transitioned, Version, WriteError};
use idem_tests::lifecycles::{Lifecycles, Model as _, Order, Parcel, Stage, Step, Ticket};
use idem_tests::{TestDb, for_each_driver};

const RACERS: usize = 8;

/// A database with one order that is paid.
async fn with_order<D: Lifecycles>(db: &TestDb<D>) -> D {
    db.lay_out::<Order>().await;
    db.execute("INSERT INTO orders (id, state) VALUES (1, 'paid'), (2, 'paid')")
        .await;
    db.connect().await
}

/// Shipping it.
fn ship<'a>() -> Step<'a, Order> {
    Step::<Order>::new(1, [Stage::Paid], Stage::Shipped)
}

for_each_driver! {
    async fn a_transition_moves_the_row_with_its_side_columns_and_version<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        let moved = conn.transition(ship().carrier("DHL")).await.unwrap();
        let stored: Order = db.found(1).await;
        assert_eq!(moved, Transitioned::Applied(stored.clone()));
        assert_eq!((stored.state, stored.carrier.as_deref(), stored.lock_version), (Stage::Shipped, Some("DHL"), 1));
        let other: Order = db.found(2).await;
        assert_eq!((other.state, other.carrier, other.lock_version), (Stage::Paid, None, 0));
    }

    async fn a_transition_repeated_is_already_there_and_touches_no_side_column<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        assert!(conn.transition(ship().carrier("DHL")).await.unwrap().is_applied());
        let stored: Order = db.found(1).await;
        for _ in 0..2 {
            let again = conn.transition(ship().carrier("UPS")).await.unwrap();
            assert_eq!(again, Transitioned::AlreadyThere(stored.clone()));
        }
        assert_eq!(db.found::<Order>(1).await, stored);
    }

    async fn of_racers_exactly_one_moves_the_row<D: Lifecycles>(db: &TestDb<D>) {
        with_order(db).await;
        let answers = db.concurrently(RACERS, async |number, conn: &mut D| {
            let carrier = number.to_string();
            conn.transition(ship().carrier(carrier.as_str())).await.unwrap()
        }).await;
        let winner = answers.iter().position(Transitioned::is_applied).unwrap();
        assert_eq!(answers.iter().filter(|answer| answer.is_applied()).count(), 1, "{answers:?}");
        let stored: Order = db.found(1).await;
        assert_eq!((stored.carrier.as_ref(), stored.lock_version), (Some(&winner.to_string()), 1));
        assert!(answers.into_iter().all(|answer| answer.into_inner() == stored));
    }

    async fn of_racers_to_different_states_one_wins_and_the_others_are_told_where_it_is<D: Lifecycles>(db: &TestDb<D>) {
        with_order(db).await;
        let answers = db.concurrently(RACERS, async |number, conn: &mut D| {
            let to = if number % 2 == 0 { Stage::Shipped } else { Stage::Cancelled };
            (to, conn.transition(Step::<Order>::new(1, [Stage::Paid], to)).await)
        }).await;
        let stored: Order = db.found(1).await;
        assert_eq!(stored.lock_version, 1);
        assert_eq!(answers.iter().filter(|(_, answer)| matches!(answer, Ok(Transitioned::Applied(_)))).count(), 1);
        for (to, answer) in answers {
            match answer {
                Ok(answer) => assert_eq!((to, answer.into_inner()), (stored.state, stored.clone())),
                Err(WriteError::InvalidState { current, .. }) => assert!(*current == stored && to != stored.state),
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    async fn a_wrong_state_is_told_with_what_is_allowed<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        let from = [Stage::New, Stage::Shipped];
        let refused = conn.transition(Step::<Order>::new(1, from, Stage::Cancelled).carrier("DHL")).await;
        let Err(WriteError::InvalidState { state, current, allowed, to }) = refused else { panic!("{refused:?}") };
        assert_eq!((state.as_str(), allowed.as_str(), to.as_str()), ("Paid", "New, Shipped", "Cancelled"));
        assert_eq!(*current, db.found::<Order>(1).await);
        assert_eq!((current.state, current.carrier, current.lock_version), (Stage::Paid, None, 0));
        let nowhere: [Stage; 0] = [];
        let refused = conn.transition(Step::<Order>::new(1, nowhere, Stage::Cancelled)).await;
        assert!(matches!(refused, Err(WriteError::InvalidState { .. })), "{refused:?}");
    }

    async fn a_row_that_is_where_it_may_come_from_and_should_go_is_left_alone<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        for from in [vec![Stage::Paid], vec![Stage::New, Stage::Paid]] {
            let answer = conn.transition(Step::<Order>::new(1, from, Stage::Paid).carrier("DHL")).await.unwrap();
            assert_eq!(answer, Transitioned::AlreadyThere(db.found::<Order>(1).await));
        }
        let stored: Order = db.found(1).await;
        assert_eq!((stored.carrier, stored.lock_version), (None, 0));
    }

    async fn what_is_not_there_is_not_found_and_what_is_deleted_is_deleted<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        let missing = conn.transition(Step::<Order>::new(7, [Stage::Paid], Stage::Shipped)).await;
        assert!(matches!(missing, Err(WriteError::NotFound)), "{missing:?}");
        let order: Order = db.found(1).await;
        assert_eq!(conn.soft_delete(&order).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Order = db.found(1).await;
        for to in [Stage::Shipped, Stage::Paid] {
            let refused = conn.transition(Step::<Order>::new(1, [Stage::Paid], to)).await;
            assert!(matches!(refused, Err(WriteError::Deleted { ref current }) if **current == deleted), "{refused:?}");
        }
        assert_eq!(conn.restore(&order).await.unwrap(), Restored::Restored);
        assert!(conn.transition(ship()).await.unwrap().is_applied());
    }

    async fn a_row_of_the_largest_version_is_not_moved<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        db.execute("UPDATE orders SET lock_version = 2147483647").await;
        let refused = conn.transition(ship()).await;
        assert!(matches!(refused, Err(WriteError::VersionExhausted { version: Version::Integer(2_147_483_647) })), "{refused:?}");
        assert_eq!(db.found::<Order>(1).await.state, Stage::Paid);
    }

    async fn a_copy_from_before_a_transition_is_stale<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        let before: Order = db.found(1).await;
        assert!(conn.transition(ship()).await.unwrap().is_applied());
        assert!(conn.update(&before, "DHL").await.unwrap_err().is_conflict());
    }

    async fn no_side_columns_are_no_reason_to_fail<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        let moved = conn.transition(ship().carrier(None)).await;
        assert!(matches!(moved, Ok(Transitioned::Applied(_))), "{moved:?}");
        let stored: Order = db.found(1).await;
        assert_eq!((stored.state, stored.carrier, stored.lock_version), (Stage::Shipped, None, 1));
    }

    async fn a_state_that_is_a_number_and_a_key_of_two_columns<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Parcel>().await;
        db.execute("INSERT INTO parcels (depot, number, state) VALUES (1, 1, 0), (1, 2, 0), (2, 1, 0)").await;
        let mut conn = db.connect().await;
        let step = || Step::<Parcel>::new((1, 1), [0_i16, 1], 2_i16);
        assert!(conn.transition(step().carrier("DHL")).await.unwrap().is_applied());
        let again = conn.transition(step().carrier("UPS")).await.unwrap();
        assert_eq!(again, Transitioned::AlreadyThere(db.found::<Parcel>((1, 1)).await));
        assert_eq!(again.into_inner().carrier.as_deref(), Some("DHL"));
        for other in [(1, 2), (2, 1)] {
            assert_eq!(db.found::<Parcel>(other).await.state, 0);
        }
        let refused = conn.transition(Step::<Parcel>::new((1, 1), [0_i16], 1_i16)).await;
        assert!(matches!(refused, Err(WriteError::InvalidState { ref state, .. }) if state == "2"), "{refused:?}");
    }

    async fn a_state_and_a_key_that_are_any_text<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Ticket>().await;
        db.execute("INSERT INTO tickets (id, state) VALUES ('it''s', 'o\"pen')").await;
        let mut conn = db.connect().await;
        let step = || Step::<Ticket>::new("it's", ["o\"pen"], "clo'sed");
        assert!(conn.transition(step()).await.unwrap().is_applied());
        assert!(!conn.transition(step()).await.unwrap().is_applied());
        assert_eq!(db.found::<Ticket>("it's".into()).await.state, "clo'sed");
    }

    async fn a_transition_rolls_back_with_its_transaction_and_applies_again<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        conn.begin().await.unwrap();
        assert!(conn.transition(ship()).await.unwrap().is_applied());
        conn.rollback().await.unwrap();
        assert_eq!(db.found::<Order>(1).await.state, Stage::Paid);
        assert!(conn.transition(ship()).await.unwrap().is_applied());
    }

    // The row comes to a state from which it may go, after the statement has passed it over and before
    // it is looked at.
    async fn a_row_that_comes_there_in_between_is_moved_after_all<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        db.execute("UPDATE orders SET state = 'new'").await;
        db.between(&mut conn, 2, "UPDATE orders SET state = 'paid'").await;
        let moved = conn.transition(ship()).await;
        assert!(matches!(moved, Ok(Transitioned::Applied(_))), "{moved:?}");
        assert_eq!(db.found::<Order>(1).await.state, Stage::Shipped);
    }
}

// MySQL's and MariaDB's triggers can't cancel a write without an error.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async sqlite_sync sqlite_async
       sqlite_journal_sync sqlite_journal_async;

    async fn a_transition_that_a_trigger_cancels_is_rejected<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        db.cancel("UPDATE", "orders").await;
        let refused = conn.transition(ship()).await;
        let current = db.found::<Order>(1).await;
        assert!(matches!(refused, Err(WriteError::Rejected { current: Some(ref row) }) if **row == current), "{refused:?}");
        assert_eq!(current.state, Stage::Paid);
    }
}

// Without RETURNING there is a moment between writing and reading back.
for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_row_removed_before_it_is_read_back_is_deleted_since<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        db.between(&mut conn, 2, "DELETE FROM orders").await;
        let moved = conn.transition(ship()).await;
        assert!(matches!(moved, Err(WriteError::DeletedSince)), "{moved:?}");
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_row_that_was_moved_since_the_snapshot_is_retryable<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_order(db).await;
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            db.execute("UPDATE orders SET state = 'new'").await;
            conn.begin().await.unwrap();
            conn.execute(&format!("SET TRANSACTION ISOLATION LEVEL {level}")).await.unwrap();
            assert_eq!(Order::read(&mut conn, 1).await.state, Stage::New);
            db.execute("UPDATE orders SET state = 'paid'").await;
            let moved = conn.transition(ship()).await;
            assert!(matches!(moved, Err(WriteError::Retryable(_))), "{moved:?}");
            conn.rollback().await.unwrap();
            assert!(conn.transition(ship()).await.unwrap().is_applied());
        }
    }
}
