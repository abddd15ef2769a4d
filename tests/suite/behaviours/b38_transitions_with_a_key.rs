use idem_diesel::{IdempotencyKey, Rejection, SoftDeleted, Transitioned, WriteError};
use idem_tests::lifecycles::{Lifecycles, Order, Parcel, Stage, Step, Ticket};
use idem_tests::{TestDb, for_each_driver};

const RACERS: usize = 8;

/// A database with orders that are paid.
async fn with_orders<D: Lifecycles>(db: &TestDb<D>) -> D {
    db.lay_out::<Order>().await;
    db.execute("INSERT INTO orders (id, state) VALUES (1, 'paid'), (2, 'paid')")
        .await;
    db.connect().await
}

/// Shipping the first, as this request.
fn ship(key: &IdempotencyKey) -> Step<'_, Order> {
    Step::<Order>::new(1, [Stage::Paid], Stage::Shipped).key(key)
}

/// Moving it back, as nobody's request.
async fn take_back<D: Lifecycles>(conn: &mut D) {
    let back = Step::<Order>::new(1, [Stage::Shipped], Stage::Paid);
    assert!(conn.transition(back).await.unwrap().is_applied());
}

for_each_driver! {
    async fn a_request_repeated_is_already_there<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        let moved = conn.transition(ship(&key).carrier("DHL")).await.unwrap();
        let stored: Order = db.found(1).await;
        assert_eq!(moved, Transitioned::Applied(stored.clone()));
        assert_eq!((stored.carrier.as_deref(), stored.lock_version), (Some("DHL"), 1));
        for _ in 0..2 {
            let again = conn.transition(ship(&key).carrier("UPS")).await.unwrap();
            assert_eq!(again, Transitioned::AlreadyThere(stored.clone()));
        }
        assert_eq!(db.found::<Order>(1).await, stored);
    }

    async fn a_late_duplicate_does_not_move_a_row_that_has_left_the_state_again<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
        take_back(&mut conn).await;
        let stored: Order = db.found(1).await;
        assert_eq!(conn.transition(ship(&key)).await.unwrap(), Transitioned::AlreadyThere(stored.clone()));
        assert_eq!((stored.state, stored.lock_version), (Stage::Paid, 2));
        assert_eq!(db.found::<Order>(1).await, stored);
        // A new request is one more.
        assert!(conn.transition(ship(&IdempotencyKey::generate())).await.unwrap().is_applied());
    }

    async fn a_state_that_another_request_brought_about_is_no_success<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key, other) = (with_orders(db).await, IdempotencyKey::generate(), IdempotencyKey::generate());
        assert!(conn.transition(ship(&other)).await.unwrap().is_applied());
        for _ in 0..2 {
            let refused = conn.transition(ship(&key)).await;
            assert!(matches!(refused, Err(WriteError::InvalidState { ref state, .. }) if state == "Shipped"), "{refused:?}");
        }
        assert!(matches!(conn.transition(ship(&other)).await.unwrap(), Transitioned::AlreadyThere(_)));
        // Nothing was recorded of it, so it applies when it can.
        take_back(&mut conn).await;
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
    }

    async fn a_state_left_and_entered_again_by_another_is_still_ours<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key, other) = (with_orders(db).await, IdempotencyKey::generate(), IdempotencyKey::generate());
        assert!(conn.transition(ship(&key).carrier("DHL")).await.unwrap().is_applied());
        take_back(&mut conn).await;
        assert!(conn.transition(ship(&other).carrier("UPS")).await.unwrap().is_applied());
        let stored: Order = db.found(1).await;
        for key in [&key, &other] {
            assert_eq!(conn.transition(ship(key)).await.unwrap(), Transitioned::AlreadyThere(stored.clone()));
        }
        assert_eq!((stored.carrier.as_deref(), stored.lock_version), (Some("UPS"), 3));
    }

    async fn a_key_used_for_another_row_or_state_is_refused<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
        let steps = [Step::<Order>::new(2, [Stage::Paid], Stage::Shipped), Step::<Order>::new(1, [Stage::Shipped], Stage::Cancelled)];
        for step in steps {
            let refused = conn.transition(step.key(&key)).await;
            assert!(matches!(refused, Err(WriteError::Refused(Rejection::KeyReused { .. }))), "{refused:?}");
        }
        assert_eq!((db.found::<Order>(1).await.state, db.found::<Order>(2).await.state), (Stage::Shipped, Stage::Paid));
    }

    async fn tenants_and_models_have_keys_of_their_own<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        db.lay_out::<Parcel>().await;
        db.lay_out::<Ticket>().await;
        db.execute("INSERT INTO parcels (depot, number, state) VALUES (1, 1, 0)").await;
        db.execute("INSERT INTO tickets (id, state) VALUES ('a', 'open')").await;
        assert!(conn.transition(ship(&key).tenant("one")).await.unwrap().is_applied());
        let second = Step::<Order>::new(2, [Stage::Paid], Stage::Shipped).key(&key).tenant("two");
        assert!(conn.transition(second).await.unwrap().is_applied());
        let parcel = || Step::<Parcel>::new((1, 1), [0_i16], 1_i16).key(&key).tenant("one");
        assert!(conn.transition(parcel()).await.unwrap().is_applied());
        assert!(!conn.transition(parcel()).await.unwrap().is_applied());
        let ticket = || Step::<Ticket>::new("a", ["open"], "closed").key(&key).tenant("one");
        assert!(conn.transition(ticket()).await.unwrap().is_applied());
        assert!(!conn.transition(ticket()).await.unwrap().is_applied());
    }

    async fn the_record_rolls_back_with_its_transaction<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        conn.begin().await.unwrap();
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
        assert!(!conn.transition(ship(&key)).await.unwrap().is_applied());
        conn.rollback().await.unwrap();
        assert_eq!(db.count_records("1 = 1").await, 0);
        assert_eq!(db.found::<Order>(1).await.state, Stage::Paid);
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
        assert_eq!(db.count_records("1 = 1").await, 1);
    }

    async fn what_fails_leaves_no_record_and_an_open_transaction_usable<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        conn.begin().await.unwrap();
        conn.deposit(1, 50).await.unwrap();
        let invalid = conn.transition(Step::<Order>::new(1, [Stage::New], Stage::Cancelled).key(&key)).await;
        assert!(matches!(invalid, Err(WriteError::InvalidState { .. })), "{invalid:?}");
        let missing = conn.transition(Step::<Order>::new(7, [Stage::Paid], Stage::Cancelled).key(&key)).await;
        assert!(matches!(missing, Err(WriteError::NotFound)), "{missing:?}");
        conn.deposit(1, 50).await.unwrap();
        conn.commit().await.unwrap();
        assert_eq!((db.balance(1).await, db.count_records("1 = 1").await), (1100, 0));
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
    }

    async fn a_deleted_row_is_deleted_to_new_requests<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, key) = (with_orders(db).await, IdempotencyKey::generate());
        assert!(conn.transition(ship(&key)).await.unwrap().is_applied());
        let order: Order = db.found(1).await;
        assert_eq!(conn.soft_delete(&order).await.unwrap(), SoftDeleted::Deleted);
        let refused = conn.transition(ship(&IdempotencyKey::generate())).await;
        assert!(matches!(refused, Err(WriteError::Deleted { .. })), "{refused:?}");
        // This one was done, and says so.
        let again = conn.transition(ship(&key)).await.unwrap();
        assert!(matches!(again, Transitioned::AlreadyThere(row) if row.deleted_at.is_some()));
        conn.force_delete(&order).await.unwrap();
        assert!(matches!(conn.transition(ship(&key)).await, Err(WriteError::NotFound)));
    }

    async fn of_racers_with_one_key_exactly_one_moves_the_row<D: Lifecycles>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        with_orders(db).await;
        let answers = db.concurrently(RACERS, async |number, conn: &mut D| {
            let carrier = number.to_string();
            conn.transition(ship(&key).carrier(carrier.as_str())).await.unwrap()
        }).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_applied()).count(), 1, "{answers:?}");
        let stored: Order = db.found(1).await;
        assert_eq!(stored.lock_version, 1);
        assert!(answers.into_iter().all(|answer| answer.into_inner() == stored));
    }

    async fn of_racers_with_keys_of_their_own_one_succeeds<D: Lifecycles>(db: &TestDb<D>) {
        with_orders(db).await;
        let answers = db.concurrently(RACERS, async |_, conn: &mut D| {
            conn.transition(ship(&IdempotencyKey::generate())).await
        }).await;
        let (applied, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(applied.len(), 1, "{applied:?}");
        for refused in refused {
            assert!(matches!(refused, Err(WriteError::InvalidState { .. })), "{refused:?}");
        }
        assert_eq!((db.found::<Order>(1).await.lock_version, db.count_records("1 = 1").await), (1, 1));
    }
}
