use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error as DieselError;
use idem_diesel::{Inserted, SoftDeleted, WriteError};
use idem_tests::lifecycles::{Lifecycles, NewPayment, Payment, Seat, Token, TokenId};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};
use uuid::Uuid;

const RACERS: usize = 8;

/// A database with the table of payments.
async fn with_payments<D: Lifecycles>(db: &TestDb<D>) -> D {
    db.lay_out::<Payment>().await;
    db.connect().await
}

/// One with the reference of another.
fn of_the_same_reference(id: &str, other: &NewPayment) -> NewPayment {
    NewPayment {
        reference: other.reference.clone(),
        ..NewPayment::of(id)
    }
}

/// Fails unless the database refused it for the sake of the reference, and says so.
fn assert_reference_taken<T: std::fmt::Debug>(
    database: Database,
    refused: Result<T, WriteError<Payment>>,
) {
    let Err(WriteError::Database(DieselError::DatabaseError(UniqueViolation, information))) =
        refused
    else {
        panic!("{refused:?}")
    };
    match database {
        Database::Postgres => {
            assert_eq!(information.constraint_name(), Some("payments_reference"));
        }
        Database::Mysql => assert!(
            information.message().contains("payments_reference"),
            "{information:?}"
        ),
        Database::Sqlite => assert!(
            information.message().contains("payments.reference"),
            "{information:?}"
        ),
    }
}

for_each_driver! {
    async fn an_insert_repeated_finds_the_stored_row<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        let created = conn.insert_once(&new).await.unwrap();
        let stored: Payment = db.found("a".into()).await;
        assert_eq!(created, Inserted::Created(stored.clone()));
        // What the insert didn't say is what the database made of it.
        assert_eq!((stored.cents, stored.note.as_str(), stored.deleted_at), (100, "none", None));
        db.execute("UPDATE payments SET note = 'seen'").await;
        for _ in 0..2 {
            let again = conn.insert_once(&new).await.unwrap();
            assert_eq!(again, Inserted::Existing(Payment { note: "seen".into(), ..stored.clone() }));
        }
    }

    async fn other_content_under_the_same_id_is_a_mismatch<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        assert!(conn.insert_once(&new).await.unwrap().is_created());
        let stored: Payment = db.found("a".into()).await;
        let other = NewPayment { cents: Some(5), reference: "another".into(), ..new.clone() };
        let refused = conn.insert_once(&other).await;
        assert!(matches!(refused, Err(WriteError::PayloadMismatch { stored: ref row }) if **row == stored), "{refused:?}");
        assert_eq!(conn.insert_unverified(&other).await.unwrap(), Inserted::Existing(stored.clone()));
        assert_eq!(db.found::<Payment>("a".into()).await, stored);
    }

    async fn another_unique_key_that_is_taken_is_that_error<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, first) = (with_payments(db).await, NewPayment::of("a"));
        assert!(conn.insert_once(&first).await.unwrap().is_created());
        let second = of_the_same_reference("b", &first);
        let database = db.server().database();
        assert_reference_taken(database, conn.insert_once(&second).await);
        assert_reference_taken(database, conn.insert_unverified(&second).await);
        assert!(db.sought::<Payment>("b".into()).await.is_none());
        // Both keys are taken, by different rows: by its id it is another payment's row.
        assert!(conn.insert_once(&NewPayment::of("c")).await.unwrap().is_created());
        let both = of_the_same_reference("c", &first);
        assert!(matches!(conn.insert_once(&both).await.unwrap(), Inserted::Existing(row) if row.id == "c"));
    }

    async fn an_open_transaction_stays_usable_whatever_the_answer<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, first) = (with_payments(db).await, NewPayment::of("a"));
        assert!(conn.insert_once(&first).await.unwrap().is_created());
        conn.begin().await.unwrap();
        conn.deposit(1, 1).await.unwrap();
        assert!(!conn.insert_once(&first).await.unwrap().is_created());
        conn.deposit(1, 1).await.unwrap();
        let other = NewPayment { cents: Some(5), ..first.clone() };
        assert!(matches!(conn.insert_once(&other).await, Err(WriteError::PayloadMismatch { .. })));
        conn.deposit(1, 1).await.unwrap();
        let taken = of_the_same_reference("b", &first);
        assert_reference_taken(db.server().database(), conn.insert_once(&taken).await);
        conn.deposit(1, 1).await.unwrap();
        conn.begin().await.unwrap();
        assert_reference_taken(db.server().database(), conn.insert_once(&taken).await);
        conn.deposit(1, 1).await.unwrap();
        conn.commit().await.unwrap();
        assert!(conn.insert_once(&NewPayment::of("c")).await.unwrap().is_created());
        assert!(!conn.insert_once(&NewPayment::of("c")).await.unwrap().is_created());
        conn.commit().await.unwrap();
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1005, 5));
        assert!(db.sought::<Payment>("c".into()).await.is_some());
    }

    async fn an_insert_rolls_back_with_its_transaction<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        conn.begin().await.unwrap();
        assert!(conn.insert_once(&new).await.unwrap().is_created());
        conn.rollback().await.unwrap();
        assert!(db.sought::<Payment>("a".into()).await.is_none());
        assert!(conn.insert_once(&new).await.unwrap().is_created());
    }

    async fn of_racers_exactly_one_creates_the_row<D: Lifecycles>(db: &TestDb<D>) {
        with_payments(db).await;
        for round in 0..3 {
            let new = NewPayment::of(&round.to_string());
            let answers = db.concurrently(RACERS, async |_, conn: &mut D| conn.insert_once(&new).await.unwrap()).await;
            assert_eq!(answers.iter().filter(|answer| answer.is_created()).count(), 1, "{answers:?}");
            let stored: Payment = db.found(round.to_string()).await;
            assert!(answers.into_iter().all(|answer| answer.into_inner() == stored));
        }
    }

    async fn of_racers_for_another_unique_key_one_creates_a_row_and_the_others_fail<D: Lifecycles>(db: &TestDb<D>) {
        with_payments(db).await;
        let model = NewPayment::of("model");
        let answers = db.concurrently(RACERS, async |number, conn: &mut D| {
            conn.insert_once(&of_the_same_reference(&number.to_string(), &model)).await
        }).await;
        let (created, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(created.len(), 1, "{created:?}");
        for refused in refused {
            assert_reference_taken(db.server().database(), refused);
        }
    }

    async fn a_soft_deleted_row_is_there_and_says_so<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        let row = conn.insert_once(&new).await.unwrap().into_inner();
        assert_eq!(conn.soft_delete(&row).await.unwrap(), SoftDeleted::Deleted);
        let deleted: Payment = db.found("a".into()).await;
        assert!(deleted.deleted_at.is_some());
        assert_eq!(conn.insert_once(&new).await.unwrap(), Inserted::Existing(deleted));
    }

    async fn a_row_deleted_for_good_in_between_is_created_after_all<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        assert!(conn.insert_once(&new).await.unwrap().is_created());
        db.between(&mut conn, 2, "DELETE FROM payments").await;
        let again = conn.insert_once(&new).await;
        assert!(matches!(again, Ok(Inserted::Created(_))), "{again:?}");
        assert!(db.sought::<Payment>("a".into()).await.is_some());
    }

    async fn ids_of_two_columns_and_ids_of_a_type_of_their_own<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Seat>().await;
        db.lay_out::<Token>().await;
        let mut conn = db.connect().await;
        let seat = |hall, number, holder: &str| Seat { hall, number, holder: holder.into() };
        for other in [(1, 1), (1, 2), (2, 1)] {
            assert!(conn.insert_once(&seat(other.0, other.1, "Ann")).await.unwrap().is_created());
        }
        assert!(!conn.insert_once(&seat(1, 2, "Ann")).await.unwrap().is_created());
        let refused = conn.insert_once(&seat(1, 2, "Ben")).await;
        assert!(matches!(refused, Err(WriteError::PayloadMismatch { ref stored }) if **stored == seat(1, 2, "Ann")));
        let token = Token { id: TokenId(Uuid::now_v7()), holder: "Ann".into() };
        assert_eq!(conn.insert_once(&token).await.unwrap(), Inserted::Created(token.clone()));
        assert_eq!(conn.insert_once(&token).await.unwrap(), Inserted::Existing(token.clone()));
        assert!(conn.insert_once(&Token { id: TokenId(Uuid::now_v7()), ..token }).await.unwrap().is_created());
    }

    async fn an_error_of_another_kind_is_the_databases<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        let refused = conn.insert_once(&NewPayment { cents: None, ..new }).await;
        assert!(matches!(refused, Err(WriteError::Database(_))), "{refused:?}");
        assert!(db.sought::<Payment>("a".into()).await.is_none());
    }
}

// MySQL's and MariaDB's triggers can't cancel a write without an error.
for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async sqlite_sync sqlite_async
       sqlite_journal_sync sqlite_journal_async;

    async fn an_insert_that_a_trigger_cancels_is_rejected<D: Lifecycles>(db: &TestDb<D>) {
        let (mut conn, new) = (with_payments(db).await, NewPayment::of("a"));
        db.cancel("INSERT", "payments").await;
        let refused = conn.insert_once(&new).await;
        assert!(matches!(refused, Err(WriteError::Rejected { current: None })), "{refused:?}");
        conn.begin().await.unwrap();
        conn.deposit(1, 50).await.unwrap();
        let answers = conn.insert_all_once(&[new]).await.unwrap();
        assert!(matches!(answers[..], [Err(WriteError::Rejected { current: None })]), "{answers:?}");
        conn.commit().await.unwrap();
        assert_eq!(db.balance(1).await, 1050);
    }
}

// Without RETURNING there is a moment between writing and reading back.
for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_row_removed_before_it_is_read_back_is_deleted_since<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_payments(db).await;
        db.between(&mut conn, 2, "DELETE FROM payments").await;
        let inserted = conn.insert_once(&NewPayment::of("a")).await;
        assert!(matches!(inserted, Err(WriteError::DeletedSince)), "{inserted:?}");
    }
}
