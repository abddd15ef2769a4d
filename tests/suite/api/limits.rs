use idem_diesel::{IdempotencyKey, Outcome, Rejection};
use idem_tests::{CallError, Driver, TestDb, deposit_call, for_each_driver};

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_result_as_long_as_allowed_is_kept_and_a_longer_one_leaves_nothing<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        // With its quotes, and in bytes: 98 letters of two and two of one.
        let (longest, longer) = ("é".repeat(49), "é".repeat(49) + "e");
        let call = || deposit_call(&key, 50).max_result(100);
        let refused = conn.call(call(), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            Ok(longer)
        }).await.unwrap_err();
        let Some(rejection @ Rejection::ResultTooLarge { operation, length, max }) = refused.rejection() else {
            panic!("{refused:?}");
        };
        assert_eq!((operation.as_str(), *length, *max, rejection.status()), ("deposit", 101, 100, 500));
        assert!(!rejection.is_retryable());
        assert_eq!(db.committed(&key).await, (0, None));

        for expected in [Outcome::Fresh(longest.clone()), Outcome::Replayed(longest.clone())] {
            let answer = conn.call(call(), async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                Ok(longest.clone())
            }).await;
            assert_eq!(answer.unwrap(), expected);
        }
        assert_eq!(db.ledger_count().await, 1);
    }

    async fn a_limit_lowered_later_does_not_take_an_answer_back<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for (max, expected) in [(1 << 20, Outcome::Fresh("x".repeat(100_000))), (10, Outcome::Replayed("x".repeat(100_000)))] {
            let call = deposit_call(&key, 50).max_result(max);
            let answer = conn.call(call, async |_| -> Result<_, CallError> { Ok("x".repeat(100_000)) }).await;
            assert!(answer.unwrap() == expected);
        }
    }

    async fn a_result_that_cannot_be_written_down_is_refused_and_leaves_nothing<D: Driver>(db: &TestDb<D>) {
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        enum Answer {
            #[serde(skip)]
            Unwritable,
        }
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let refused = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            Ok(Answer::Unwritable)
        }).await.unwrap_err();
        assert!(matches!(refused.rejection(), Some(Rejection::UnstorableResult { .. })), "{refused:?}");
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn a_result_that_cannot_be_read_back_is_refused_and_leaves_nothing<D: Driver>(db: &TestDb<D>) {
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        struct Answer {
            #[serde(skip_serializing)]
            #[expect(dead_code, reason = "it is there to be missed")]
            secret: i64,
        }
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let refused = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            Ok(Answer { secret: 7 })
        }).await.unwrap_err();
        let Some(Rejection::UnstorableResult { reason, .. }) = refused.rejection() else { panic!("{refused:?}") };
        assert!(reason.contains("read back") && reason.contains("secret"), "{reason}");
        assert_eq!(db.committed(&key).await, (0, None));
    }
}
