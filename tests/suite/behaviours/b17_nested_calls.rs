use idem_diesel::{IdempotencyKey, Idempotent, Isolation, Nesting, Outcome, Rejection, Status};
use idem_tests::{CallError, Driver, TestDb, deposit_call, deposit_once, for_each_driver};

/// Moves 50 from account 1 to account 2: one idempotent operation that calls another twice.
async fn transfer<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
) -> Result<Outcome<(i64, i64)>, CallError> {
    let call = Idempotent::new("transfer").key(key);
    conn.call(call, async |conn| {
        let from = post(
            conn,
            &IdempotencyKey::derived("transfer.from", [key.as_str()]),
            1,
            -50,
        )
        .await?;
        let to = post(
            conn,
            &IdempotencyKey::derived("transfer.to", [key.as_str()]),
            2,
            50,
        )
        .await?;
        Ok((from.into_inner(), to.into_inner()))
    })
    .await
}

/// Deposits on any account.
async fn post<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    account: i64,
    amount: i64,
) -> Result<Outcome<i64>, CallError> {
    let call = Idempotent::new("post")
        .key(key)
        .fingerprint(&account)
        .fingerprint(&amount);
    conn.call(call, async |conn| {
        conn.deposit(account, amount).await?;
        Ok(conn.balance(account).await?)
    })
    .await
}

/// A deposit that gives nothing back, and makes itself over again, whatever comes of that.
async fn recurse<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    depth: u32,
) -> Result<Outcome<()>, CallError> {
    conn.call(deposit_call(key, 50), async |conn| {
        conn.deposit(1, 50).await?;
        if depth > 0 {
            let _ = Box::pin(recurse(conn, key, depth - 1)).await;
        }
        Ok(())
    })
    .await
}

for_each_driver! {
    async fn a_call_in_the_callers_transaction_is_committed_with_it<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));
        assert_eq!(db.committed(&key).await, (0, None));
        conn.commit().await.unwrap();
        assert_eq!(db.committed(&key).await, (2, Some(Status::Completed)));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));
    }

    async fn the_callers_rollback_takes_the_record_too<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        for _ in 0..2 {
            conn.begin().await.unwrap();
            assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
            conn.rollback().await.unwrap();
            assert_eq!(db.committed(&key).await, (0, None));
        }
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }

    async fn an_earlier_answer_is_replayed_in_the_callers_transaction<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));
        let refused = deposit_once(&mut conn, &key, 51).await.unwrap_err();
        assert!(matches!(refused.rejection(), Some(Rejection::KeyReused { .. })), "{refused:?}");
        conn.rollback().await.unwrap();
        assert_eq!(db.committed(&key).await, (1, Some(Status::Completed)));
    }

    async fn a_call_that_is_not_to_be_nested_is_refused_in_a_transaction<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        conn.begin().await.unwrap();
        conn.deposit(2, 7).await.unwrap();
        for call in [
            deposit_call(&key, 50).nested(Nesting::Deny),
            // An isolation level is the whole transaction's.
            deposit_call(&key, 50).isolation(Isolation::Serializable),
        ] {
            let answer = conn.call(call, async |conn| -> Result<(), CallError> { Ok(conn.deposit(1, 50).await?) }).await;
            let error = answer.unwrap_err();
            let Some(rejection @ Rejection::Nested { operation, .. }) = error.rejection() else {
                panic!("{error:?}");
            };
            assert_eq!((operation.as_str(), rejection.status(), rejection.is_retryable()), ("deposit", 500, false));
        }
        conn.commit().await.unwrap();
        assert_eq!((db.committed(&key).await, db.balance(2).await), ((1, None), 1007));

        let call = deposit_call(&key, 50).nested(Nesting::Deny);
        let answer = conn.call(call, async |conn| -> Result<_, CallError> { Ok(conn.balance(1).await?) }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh(1000));
    }

    async fn one_operation_calls_another_under_a_derived_key<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(transfer(&mut conn, &key).await.unwrap(), Outcome::Fresh((950, 1050)));
        assert_eq!(transfer(&mut conn, &key).await.unwrap(), Outcome::Replayed((950, 1050)));
        // The inner calls have records of their own.
        let from = IdempotencyKey::derived("transfer.from", [key.as_str()]);
        assert_eq!(post(&mut conn, &from, 1, -50).await.unwrap(), Outcome::Replayed(950));
        assert_eq!(db.ledger_count().await, 2);
    }

    async fn an_inner_call_that_was_made_before_is_not_made_again<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let from = IdempotencyKey::derived("transfer.from", [key.as_str()]);
        assert_eq!(post(&mut conn, &from, 1, -50).await.unwrap(), Outcome::Fresh(950));
        assert_eq!(transfer(&mut conn, &key).await.unwrap(), Outcome::Fresh((950, 1050)));
        assert_eq!(db.ledger_count().await, 2);
    }

    async fn when_the_outer_call_fails_the_inner_ones_are_as_if_never_made<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let outer = Idempotent::new("outer").key(&key);
        let answer = conn.call(outer, async |conn| {
            deposit_once(conn, &key, 50).await?.into_inner();
            Err::<(), _>(CallError::Declined("after all"))
        }).await;
        assert!(matches!(answer, Err(CallError::Declined("after all"))), "{answer:?}");
        assert_eq!(db.committed(&key).await, (0, None));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }

    async fn when_an_inner_call_fails_the_outer_one_may_go_on<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let outer = Idempotent::new("outer").key(&key);
        let answer = conn.call(outer, async |conn| -> Result<_, CallError> {
            conn.deposit(2, 7).await?;
            let inner = conn.call(deposit_call(&key, 50), async |conn| {
                conn.deposit(1, 50).await?;
                Err::<i64, _>(CallError::Declined("the inner one"))
            }).await;
            assert!(matches!(inner, Err(CallError::Declined("the inner one"))), "{inner:?}");
            conn.deposit(3, 7).await?;
            Ok((conn.balance(1).await?, conn.balance(2).await?, conn.balance(3).await?))
        }).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh((1000, 1007, 1007)));
        assert_eq!((db.committed(&key).await, db.balance(1).await), ((2, None), 1000));
    }

    async fn a_call_within_itself_is_refused<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            Ok(deposit_once(conn, &key, 50).await?.into_inner())
        }).await;
        let error = answer.unwrap_err();
        let Some(rejection @ Rejection::Recursive { operation, key: named }) = error.rejection() else {
            panic!("{error:?}");
        };
        assert_eq!((operation.as_str(), named, rejection.is_retryable()), ("deposit", &key, false));
        assert_eq!(db.committed(&key).await, (0, None));
    }

    async fn a_call_within_itself_never_has_its_effects_twice<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        for depth in [1, 5] {
            let key = IdempotencyKey::generate();
            let before = db.ledger_count().await;
            let answer = recurse(&mut conn, &key, depth).await;
            let deposits = db.ledger_count().await - before;
            assert_eq!(deposits, i64::from(answer.is_ok()), "{answer:?}");
        }
    }
}
