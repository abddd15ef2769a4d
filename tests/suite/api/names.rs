use idem_diesel::{Error, IdempotencyKey, Idempotent, Outcome, RecordId, Rejection};
use idem_tests::{CallError, Driver, TestDb, deposit_once, for_each_driver};

/// Every byte that a key may have, and what reads as a pattern or as SQL.
fn adversarial_keys() -> Vec<IdempotencyKey> {
    let visible: String = ('!'..='~').collect();
    let texts = [
        &visible,
        "%",
        "_",
        "'",
        "''",
        "\\",
        "\\\\",
        "\\'",
        "\"",
        "`",
        "$1",
        "?",
        ":1",
        "--",
        "/*",
        "*/",
        ";",
        "'||'",
        "');DROP/**/TABLE/**/ledger;--",
        "\\x00",
        "0",
        "00",
        "null",
        "NULL",
        "true",
        "{}",
        "[]",
        "e'",
        "0x61",
        "a",
        "A",
    ];
    texts.map(|text| text.parse().unwrap()).into()
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_key_is_kept_to_the_byte_and_never_read_as_sql_or_a_pattern<D: Driver>(db: &TestDb<D>) {
        let (mut conn, keys) = (db.connect().await, adversarial_keys());
        let mut balance = 1000;
        for key in &keys {
            balance += 1;
            assert_eq!(deposit_once(&mut conn, key, 1).await.unwrap(), Outcome::Fresh(balance), "{key}");
        }
        for (key, balance) in keys.iter().zip(1001..) {
            assert_eq!(deposit_once(&mut conn, key, 1).await.unwrap(), Outcome::Replayed(balance), "{key}");
        }
        for key in &keys {
            let id = RecordId { operation: "deposit", tenant: "", key };
            assert!(conn.record(&id).await.unwrap().is_some(), "{key}");
            assert!(conn.forget(&id).await.unwrap(), "{key}");
            assert_eq!(conn.record(&id).await.unwrap(), None, "{key}");
        }
        assert_eq!(db.ledger_count().await, i64::try_from(keys.len()).unwrap());
    }

    async fn keys_of_the_greatest_length_differ_in_their_last_byte<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        let long = |last: &str| -> IdempotencyKey { ("k".repeat(254) + last).parse().unwrap() };
        for (key, balance) in [(long("a"), 1050), (long("b"), 1100), (long(""), 1150)] {
            assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(balance));
            assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(balance));
        }
    }

    async fn names_that_no_record_can_hold_are_refused_before_the_database<D: Driver>(db: &TestDb<D>) {
        // Whoever asked it would be told that there is no such table.
        db.execute("DROP TABLE idem_records").await;
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let (long, accented) = ("n".repeat(256), "é".repeat(128));
        for (operation, tenant) in [
            ("", ""), (&long, ""), (&accented, ""), ("a\0b", ""), ("\0", ""),
            ("o", &long), ("o", &accented), ("o", "a\0"), ("o", "\0"),
        ] {
            let body = async |_: &mut D| -> Result<(), CallError> { panic!("the body ran") };
            let call = Idempotent::new(operation).tenant(tenant).key(&key);
            let called = conn.call(call, body).await.unwrap_err();
            let id = RecordId { operation, tenant, key: &key };
            let looked_up = conn.record(&id).await.unwrap_err();
            let forgotten = conn.forget(&id).await.unwrap_err();
            for rejection in [called.rejection(), looked_up.rejection(), forgotten.rejection()] {
                assert!(matches!(rejection, Some(Rejection::InvalidName { .. })), "{operation:?} {tenant:?}: {rejection:?}");
            }
        }
    }

    async fn a_call_without_a_key_is_refused_before_the_database<D: Driver>(db: &TestDb<D>) {
        db.execute("DROP TABLE idem_records").await;
        let body = async |_: &mut D| -> Result<(), CallError> { panic!("the body ran") };
        let refused = db.connect().await.call(Idempotent::new("o"), body).await.unwrap_err();
        assert!(matches!(refused.rejection(), Some(Rejection::MissingKey)), "{refused:?}");
    }

    async fn without_its_table_no_body_runs_and_the_error_names_it<D: Driver>(db: &TestDb<D>) {
        db.execute("DROP TABLE idem_records").await;
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let body = async |_: &mut D| -> Result<(), CallError> { panic!("the body ran") };
        for call in [Idempotent::new("o").key(&key), Idempotent::new("o").key(&key).peek()] {
            let failed = conn.call(call, body).await.unwrap_err();
            let CallError::Idem(error @ Error::Database(_)) = failed else { panic!("{failed:?}") };
            assert!(error.to_string().contains("idem_records"), "{error}");
        }
        // Once it is there, the same connection does.
        conn.setup().await.unwrap();
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }
}
