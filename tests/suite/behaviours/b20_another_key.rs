use idem_diesel::{IdempotencyKey, Idempotent, Outcome};
use idem_tests::{CallError, Driver, TestDb, for_each_driver};

for_each_driver! {
    async fn the_same_request_under_another_key_is_a_new_one<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        for expected in [1050, 1100, 1150] {
            let key = IdempotencyKey::generate();
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
            let answer = conn.call(call, async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                Ok(conn.balance(1).await?)
            }).await;
            assert_eq!(answer.unwrap(), Outcome::Fresh(expected));
        }
    }

    async fn keys_that_differ_in_case_alone_are_two<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        for text in ["Key-1", "key-1", "KEY-1"] {
            let key: IdempotencyKey = text.parse().unwrap();
            let call = Idempotent::new("deposit").key(&key).fingerprint(&50);
            let answer = conn.call(call, async |_| Ok::<_, CallError>(text.to_owned())).await;
            assert_eq!(answer.unwrap(), Outcome::Fresh(text.to_owned()));
        }
    }
}
