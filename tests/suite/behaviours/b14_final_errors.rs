use std::sync::atomic::{AtomicUsize, Ordering};

use idem_diesel::{
    Error, ErrorPolicy, IdempotencyKey, Idempotent, Outcome, RecordErrors, Rejection, Status,
};
use idem_tests::{Driver, TestDb, deposit_call, for_each_driver};
use serde::{Deserialize, Serialize};

/// What a payment can end in.
#[derive(Debug, Serialize, Deserialize)]
enum PayError {
    /// Final.
    Declined { reason: String, code: i64 },
    /// Not final.
    Busy,
    /// Declared final, and can't be written down.
    #[serde(skip)]
    Unwritable,
    /// Declared final, and can't be read back.
    OneWay {
        #[serde(skip_serializing)]
        code: i64,
    },
    #[serde(skip)]
    Idem(Error),
}

impl PayError {
    fn is_final(&self) -> bool {
        !matches!(self, Self::Busy | Self::Idem(_))
    }

    fn declined() -> Self {
        Self::Declined {
            reason: "“no” 'says'\nthe \u{1f3e6}".to_owned(),
            code: -7,
        }
    }

    fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Idem(error) => error.rejection(),
            _ => None,
        }
    }
}

impl From<Error> for PayError {
    fn from(error: Error) -> Self {
        Self::Idem(error)
    }
}

impl From<diesel::result::Error> for PayError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Idem(error.into())
    }
}

fn is_declined(error: &PayError) -> bool {
    let PayError::Declined { reason, code } = error else {
        return false;
    };
    reason == "“no” 'says'\nthe \u{1f3e6}" && *code == -7
}

type Recording<'a> = Idempotent<'a, RecordErrors<fn(&PayError) -> bool>>;

/// The call of operation `deposit` that keeps its final errors.
fn recording(key: &IdempotencyKey) -> Recording<'_> {
    deposit_call(key, 50).record_errors(PayError::is_final)
}

/// Makes a deposit and then ends in `error`, or in the balance.
async fn pay<D: Driver, X: ErrorPolicy<PayError>>(
    conn: &mut D,
    call: Idempotent<'_, X>,
    error: Option<PayError>,
) -> Result<Outcome<i64>, PayError> {
    conn.call(call, async |conn| {
        conn.deposit(1, 50).await?;
        let balance = conn.balance(1).await?;
        error.map_or(Ok(balance), Err)
    })
    .await
}

/// A call that mustn't run its body.
async fn replay<D: Driver, X: ErrorPolicy<PayError>>(
    db: &TestDb<D>,
    call: Idempotent<'_, X>,
) -> Result<Outcome<i64>, PayError> {
    let body = async |_: &mut D| -> Result<i64, PayError> { panic!("the body ran") };
    db.connect().await.call(call, body).await
}

for_each_driver! {
    async fn a_final_error_replays_as_that_error_and_its_writes_are_gone<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let first = pay(&mut conn, recording(&key), Some(PayError::declined())).await.unwrap_err();
        assert!(is_declined(&first), "{first:?}");
        assert_eq!(db.committed(&key).await, (0, Some(Status::Failed)));
        for _ in 0..2 {
            let again = replay(db, recording(&key)).await.unwrap_err();
            assert!(is_declined(&again), "{again:?}");
        }
        let again = replay(db, recording(&key).peek()).await.unwrap_err();
        assert!(is_declined(&again), "{again:?}");
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1000, 0));
    }

    async fn an_error_that_is_not_final_leaves_nothing_and_the_next_call_runs<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for _ in 0..2 {
            let failed = pay(&mut conn, recording(&key), Some(PayError::Busy)).await.unwrap_err();
            assert!(matches!(failed, PayError::Busy), "{failed:?}");
            assert_eq!(db.committed(&key).await, (0, None));
        }
        assert_eq!(pay(&mut conn, recording(&key), None).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(replay(db, recording(&key)).await.unwrap(), Outcome::Replayed(1050));
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn of_racers_one_runs_into_the_final_error_and_all_get_it<D: Driver>(db: &TestDb<D>) {
        let (key, runs) = (IdempotencyKey::generate(), AtomicUsize::new(0));
        let answers = db.concurrently(6, async |_, conn: &mut D| {
            conn.call(recording(&key), async |conn| -> Result<i64, _> {
                runs.fetch_add(1, Ordering::SeqCst);
                conn.deposit(1, 50).await?;
                Err(PayError::declined())
            }).await.unwrap_err()
        }).await;
        assert!(answers.iter().all(is_declined), "{answers:?}");
        assert_eq!((runs.into_inner(), db.ledger_count().await), (1, 0));
    }

    async fn an_error_that_cannot_be_written_down_or_read_back_is_refused_and_leaves_nothing<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for unstorable in [PayError::Unwritable, PayError::OneWay { code: 7 }] {
            let refused = pay(&mut conn, recording(&key), Some(unstorable)).await.unwrap_err();
            let Some(Rejection::UnstorableResult { operation, .. }) = refused.rejection() else {
                panic!("{refused:?}");
            };
            assert_eq!(operation, "deposit");
            assert_eq!(db.committed(&key).await, (0, None));
        }
        assert_eq!(pay(&mut conn, recording(&key), None).await.unwrap(), Outcome::Fresh(1050));
    }

    async fn a_kept_error_is_unreadable_once_the_function_keeps_none<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let first = pay(&mut conn, recording(&key), Some(PayError::declined())).await.unwrap_err();
        assert!(is_declined(&first));
        let unreadable = replay(db, deposit_call(&key, 50)).await.unwrap_err();
        let other_version = replay(db, recording(&key).result_version(2)).await.unwrap_err();
        for (refused, versions) in [(unreadable, (1, 1)), (other_version, (1, 2))] {
            let Some(Rejection::UnreadableResult { operation, key: named, stored_version, expected_version, .. }) =
                refused.rejection()
            else {
                panic!("{refused:?}");
            };
            assert_eq!((operation.as_str(), named, (*stored_version, *expected_version)), ("deposit", &key, versions));
        }
        assert_eq!(db.committed(&key).await, (0, Some(Status::Failed)));
    }

    async fn a_final_error_after_a_failed_statement_is_kept<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(recording(&key), async |conn| -> Result<i64, _> {
            conn.deposit(1, 50).await?;
            // On PostgreSQL, nothing more can be done in this transaction but to roll back.
            conn.execute("INSERT INTO accounts (id, balance) VALUES (1, 0)").await.unwrap_err();
            Err(PayError::declined())
        }).await;
        assert!(is_declined(&answer.unwrap_err()));
        assert_eq!(db.committed(&key).await, (0, Some(Status::Failed)));
        assert!(is_declined(&replay(db, recording(&key)).await.unwrap_err()));
    }

    async fn a_final_error_in_the_callers_transaction_undoes_the_bodys_writes_alone<D: Driver>(db: &TestDb<D>) {
        for commits in [true, false] {
            let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
            conn.begin().await.unwrap();
            conn.deposit(2, 50).await.unwrap();
            let answer = pay(&mut conn, recording(&key), Some(PayError::declined())).await;
            assert!(is_declined(&answer.unwrap_err()));
            if commits { conn.commit().await } else { conn.rollback().await }.unwrap();
            assert_eq!(db.committed(&key).await, (1, commits.then_some(Status::Failed)));
            assert_eq!((db.balance(1).await, db.balance(2).await), (1000, 1050));
        }
    }
}
