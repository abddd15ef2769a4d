use std::fmt::Debug;

use idem_diesel::{IdempotencyKey, Idempotent, Outcome, RecordId};
use idem_tests::{CallError, Driver, TestDb, for_each_driver};
use serde::{Serialize, de::DeserializeOwned};

/// Fails unless a second call gives `value` again, on a new connection and without running.
async fn assert_replays<D: Driver, T>(db: &TestDb<D>, value: T)
where
    T: Clone + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let key = IdempotencyKey::generate();
    let call = || Idempotent::new("give").key(&key);
    let first = db
        .connect()
        .await
        .call(call(), async |_| Ok::<_, CallError>(value.clone()))
        .await;
    assert_eq!(first.unwrap(), Outcome::Fresh(value.clone()));

    let not_run = async |_: &mut D| -> Result<T, CallError> { panic!("the body ran again") };
    let second = db.connect().await.call(call(), not_run).await;
    assert_eq!(second.unwrap(), Outcome::Replayed(value));
}

for_each_driver! {
    async fn results_that_look_like_nothing_replay<D: Driver>(db: &TestDb<D>) {
        assert_replays(db, 0).await;
        assert_replays(db, String::new()).await;
        assert_replays(db, Vec::<String>::new()).await;
        assert_replays(db, false).await;
        assert_replays(db, ()).await;
        assert_replays(db, None::<i64>).await;
    }

    async fn options_within_options_keep_their_depth<D: Driver>(db: &TestDb<D>) {
        for value in [None, Some(None), Some(Some(None)), Some(Some(Some(())))] {
            assert_replays(db, value).await;
        }
    }

    async fn numbers_keep_their_last_bit<D: Driver>(db: &TestDb<D>) {
        assert_replays(db, [i64::MIN, i64::MAX, (1 << 53) + 1]).await;
        assert_replays(db, u64::MAX).await;
        assert_replays(db, [i128::MIN, i128::MAX]).await;
        assert_replays(db, [0.1 + 0.2, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NEG_INFINITY]).await;
        assert_replays(db, [f32::MIN_POSITIVE, 0.1]).await;
    }

    async fn floats_that_equal_no_other_keep_their_bits<D: Driver>(db: &TestDb<D>) {
        for value in [f64::NAN, -0.0] {
            let key = IdempotencyKey::generate();
            let mut bits = Vec::new();
            for _ in 0..2 {
                let call = Idempotent::new("give").key(&key);
                let answer = db.connect().await.call(call, async |_| Ok::<_, CallError>(value)).await;
                bits.push(answer.unwrap().to_bits());
            }
            assert_eq!(bits, [value.to_bits(); 2]);
        }
    }

    async fn text_and_bytes_replay_whatever_they_hold<D: Driver>(db: &TestDb<D>) {
        assert_replays(db, "a'b\"c\\d\u{0}\u{1}\u{7f}é\u{1f980}\u{fffd}\u{2028}\r\n ".to_owned()).await;
        assert_replays(db, (0..=u8::MAX).collect::<Vec<_>>()).await;
    }

    async fn a_mebibyte_replays<D: Driver>(db: &TestDb<D>) {
        assert_replays(db, "0123456789abcdé".repeat(1 << 16)).await;
    }

    async fn a_result_can_be_read_in_sql<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let call = Idempotent::new("give").key(&key);
        let answer = db.connect().await.call(call, async |_| Ok::<_, CallError>(("é".to_owned(), 7))).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(("é".to_owned(), 7)));
        let id = RecordId { operation: "give", tenant: "", key: &key };
        let stored = db.connect().await.record(&id).await.unwrap().unwrap();
        assert_eq!(stored.record.result.as_deref(), Some(r#"["é",7]"#));
    }
}
