use idem_diesel::{IdempotencyKey, Idempotent, Outcome, Rejection};
use idem_tests::{CallError, Driver, TestDb, for_each_driver};

/// Deposits `amount` under `key`, which is also what the call is asked to do.
async fn deposit<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    amount: i64,
) -> Result<Outcome<i64>, CallError> {
    let call = Idempotent::new("deposit").key(key).fingerprint(&amount);
    conn.call(call, async |conn| {
        conn.deposit(1, amount).await?;
        Ok(conn.balance(1).await?)
    })
    .await
}

for_each_driver! {
    async fn a_key_reused_for_other_arguments_is_refused_and_writes_nothing<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(deposit(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));

        let refused = deposit(&mut conn, &key, 51).await.unwrap_err();
        let Some(rejection @ Rejection::KeyReused { operation, key: named }) = refused.rejection() else {
            panic!("{refused:?}");
        };
        assert_eq!((operation.as_str(), named, rejection.status()), ("deposit", &key, 422));
        assert!(!rejection.is_retryable());
        assert_eq!((db.balance(1).await, db.ledger_count().await), (1050, 1));
    }

    async fn the_original_still_replays_after_a_refusal<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(deposit(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        for _ in 0..2 {
            deposit(&mut conn, &key, 51).await.unwrap_err();
            assert_eq!(deposit(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));
        }
        assert_eq!(deposit(&mut db.connect().await, &key, 50).await.unwrap(), Outcome::Replayed(1050));
        assert_eq!(db.ledger_count().await, 1);
    }

    async fn of_callers_that_race_with_other_arguments_one_wins_and_all_others_are_refused<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let answers = db.concurrently(6, async |number, conn: &mut D| {
            deposit(conn, &key, 1 + i64::try_from(number).unwrap()).await
        }).await;
        let (won, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1, "{won:?}");
        for refused in refused.into_iter().map(Result::unwrap_err) {
            assert!(matches!(refused.rejection(), Some(Rejection::KeyReused { .. })), "{refused:?}");
        }
        assert_eq!(db.ledger_count().await, 1);
        assert_eq!(won.into_iter().next().unwrap().unwrap(), Outcome::Fresh(db.balance(1).await));
    }
}
