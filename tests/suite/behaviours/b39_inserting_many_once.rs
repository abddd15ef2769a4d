use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error as DieselError;
use idem_diesel::{Inserted, WriteError};
use idem_tests::lifecycles::{Lifecycles, NewPayment, Payment, Seat};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};

const RACERS: usize = 6;

async fn with_payments<D: Lifecycles>(db: &TestDb<D>) -> D {
    db.lay_out::<Payment>().await;
    db.connect().await
}

async fn count<D: Lifecycles>(db: &TestDb<D>) -> i64 {
    let count = "SELECT COUNT(*) AS n FROM payments";
    db.connect().await.number(count).await.unwrap()
}

/// A batch in which each answer there is comes up, beside a stored `old`.
fn of_every_kind() -> Vec<NewPayment> {
    let (new, old) = (NewPayment::of("new"), NewPayment::of("old"));
    let mismatched = NewPayment {
        cents: Some(7),
        ..old.clone()
    };
    let taken = NewPayment {
        reference: new.reference.clone(),
        ..NewPayment::of("taken")
    };
    vec![
        old,
        new.clone(),
        mismatched,
        new.clone(),
        taken,
        NewPayment {
            cents: Some(7),
            ..new
        },
        NewPayment::of("last"),
    ]
}

/// Fails unless each row has the answer that is its own.
fn assert_answers(answers: &[Result<Inserted<Payment>, WriteError<Payment>>]) {
    let [old, new, mismatched, again, taken, changed, last] = answers else {
        panic!("{answers:?}")
    };
    assert!(
        matches!(old, Ok(Inserted::Existing(row)) if row.id == "old"),
        "{old:?}"
    );
    assert!(
        matches!(new, Ok(Inserted::Created(row)) if row.id == "new" && row.note == "none"),
        "{new:?}"
    );
    assert!(
        matches!(mismatched, Err(WriteError::PayloadMismatch { stored }) if stored.id == "old"),
        "{mismatched:?}"
    );
    assert!(
        matches!(again, Ok(Inserted::Existing(row)) if row.id == "new"),
        "{again:?}"
    );
    let is_unique = matches!(
        taken,
        Err(WriteError::Database(DieselError::DatabaseError(
            UniqueViolation,
            _
        )))
    );
    assert!(is_unique, "{taken:?}");
    assert!(
        matches!(changed, Err(WriteError::PayloadMismatch { stored }) if stored.cents == 100),
        "{changed:?}"
    );
    assert!(
        matches!(last, Ok(Inserted::Created(row)) if row.id == "last"),
        "{last:?}"
    );
}

for_each_driver! {
    async fn each_row_of_a_batch_has_an_answer_of_its_own<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_payments(db).await;
        assert!(conn.insert_once(&NewPayment::of("old")).await.unwrap().is_created());
        assert_answers(&conn.insert_all_once(&of_every_kind()).await.unwrap());
        assert_eq!(count(db).await, 3);
        let again = conn.insert_all_once(&of_every_kind()).await.unwrap();
        assert!(again.iter().all(|answer| !matches!(answer, Ok(Inserted::Created(_)))), "{again:?}");
        assert_eq!(count(db).await, 3);
    }

    async fn a_batch_in_an_open_transaction_leaves_it_usable_and_goes_with_it<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_payments(db).await;
        assert!(conn.insert_once(&NewPayment::of("old")).await.unwrap().is_created());
        for commits in [false, true] {
            conn.begin().await.unwrap();
            conn.deposit(1, 50).await.unwrap();
            assert_answers(&conn.insert_all_once(&of_every_kind()).await.unwrap());
            conn.deposit(1, 50).await.unwrap();
            match commits {
                true => conn.commit().await.unwrap(),
                false => conn.rollback().await.unwrap(),
            }
            let expected = if commits { (3, 1100) } else { (1, 1000) };
            assert_eq!((count(db).await, db.balance(1).await), expected);
        }
    }

    async fn any_other_error_fails_all_and_leaves_nothing<D: Lifecycles>(db: &TestDb<D>) {
        with_payments(db).await;
        let db = match db.server().database() {
            Database::Sqlite => db.on_connect("PRAGMA foreign_keys = ON"),
            Database::Postgres | Database::Mysql => db.on_connect("SELECT 1"),
        };
        let without_cents = NewPayment { cents: None, ..NewPayment::of("b") };
        let of_nobody = NewPayment { account: 99, ..NewPayment::of("b") };
        let mut conn = db.connect().await;
        for wrong in [without_cents, of_nobody] {
            let batch = [NewPayment::of("a"), wrong, NewPayment::of("c")];
            let refused = conn.insert_all_once(&batch).await;
            assert!(matches!(refused, Err(WriteError::Database(_))), "{refused:?}");
            assert_eq!(count(&db).await, 0);
            // In an open transaction only the batch is undone.
            conn.begin().await.unwrap();
            conn.deposit(1, 50).await.unwrap();
            let refused = conn.insert_all_once(&batch).await;
            assert!(matches!(refused, Err(WriteError::Database(_))), "{refused:?}");
            conn.deposit(1, 50).await.unwrap();
            conn.commit().await.unwrap();
            assert_eq!(count(&db).await, 0);
        }
        assert_eq!(db.balance(1).await, 1200);
    }

    async fn a_batch_of_none_has_no_answers<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_payments(db).await;
        let none: [NewPayment; 0] = [];
        assert!(conn.insert_all_once(&none).await.unwrap().is_empty());
        assert_eq!(count(db).await, 0);
    }

    async fn of_racers_with_one_batch_each_row_is_created_once<D: Lifecycles>(db: &TestDb<D>) {
        const ROWS: i64 = 5;
        db.lay_out::<Seat>().await;
        let batch: Vec<_> = (0..ROWS).map(|number| Seat { hall: 1, number, holder: "Ann".into() }).collect();
        let answers = db.concurrently(RACERS, async |_, conn: &mut D| {
            loop {
                match conn.insert_all_once(&batch).await {
                    Ok(answers) => break answers,
                    // Racers for several locks can deadlock on MySQL, and get in each other's way on SQLite.
                    Err(error) => assert!(error.is_retryable(), "{error:?}"),
                }
            }
        }).await;
        let mut created = 0;
        for (answer, seat) in answers.into_iter().flat_map(|answers| answers.into_iter().zip(&batch)) {
            let answer = answer.unwrap();
            created += i64::from(answer.is_created());
            assert_eq!(answer.into_inner(), *seat);
        }
        assert_eq!(created, ROWS);
    }
}
