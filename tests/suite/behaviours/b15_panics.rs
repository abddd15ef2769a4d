use idem_diesel::{Error, IdempotencyKey, Idempotent, Outcome, Status};
use idem_tests::{CallError, Driver, TestDb, caught, deposit_call, deposit_once, for_each_driver};
use serde::{Deserialize, Serialize};

/// An error that can be kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept;

impl From<Error> for Kept {
    fn from(_: Error) -> Self {
        Self
    }
}

/// Runs a call whose body deposits and then panics; fails unless that panic is passed on.
async fn panic_in_the_body<D: Driver>(conn: &mut D, key: &IdempotencyKey) {
    let body = async |conn: &mut D| -> Result<i64, CallError> {
        conn.deposit(1, 50).await?;
        panic!("the body's own")
    };
    let panic = caught(conn.call(deposit_call(key, 50), body))
        .await
        .unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the body's own"));
}

for_each_driver! {
    async fn a_panic_is_passed_on_and_everything_rolled_back<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        panic_in_the_body(&mut conn, &key).await;
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn after_a_panic_the_connection_is_as_good_as_before<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        panic_in_the_body(&mut conn, &key).await;
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));

        // A transaction of the user's own, and committed when it says so.
        conn.begin().await.unwrap();
        conn.deposit(2, 50).await.unwrap();
        assert_eq!(db.balance(2).await, 1000);
        conn.commit().await.unwrap();
        assert_eq!(db.balance(2).await, 1050);
    }

    async fn a_panic_with_savepoints_open_rolls_back_all_of_them<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let body = async |conn: &mut D| -> Result<i64, CallError> {
            conn.begin().await?;
            conn.deposit(1, 50).await?;
            conn.begin().await?;
            panic!("deep in the body")
        };
        let panic = caught(conn.call(deposit_call(&key, 50), body)).await.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"deep in the body"));
        assert_eq!(db.committed(&key).await, (0, None));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn a_panic_in_the_callers_transaction_takes_back_the_call_alone<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        panic_in_the_body(&mut conn, &key).await;
        assert_eq!(conn.balance(1).await, Ok(1000));
        conn.deposit(3, 7).await.unwrap();
        assert_eq!(db.committed(&key).await, (0, None));
        conn.commit().await.unwrap();
        assert_eq!(db.committed(&key).await, (2, None));
        assert_eq!((db.balance(1).await, db.balance(2).await, db.balance(3).await), (1000, 1007, 1007));
    }

    async fn a_panic_is_never_kept_as_an_error<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let call = || Idempotent::new("deposit").key(&key).record_errors(|_: &Kept| true);
        let body = async |conn: &mut D| -> Result<i64, Kept> {
            conn.deposit(1, 50).await.map_err(Error::from)?;
            panic!("the body's own")
        };
        assert!(caught(conn.call(call(), body)).await.is_err());
        assert_eq!(db.committed(&key).await, (0, None));
        let answer = conn.call(call(), async |_| Ok::<_, Kept>(7)).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(7));
    }
}
