use idem_diesel::{IdempotencyKey, Idempotent, Outcome};
use idem_tests::{CallError, Driver, TestDb, for_each_driver};

/// Calls an operation of a tenant under `key`, with a deposit and `value` as its result.
async fn call<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    (operation, tenant): (&str, &str),
    value: usize,
) -> Outcome<usize> {
    let call = Idempotent::new(operation)
        .tenant(tenant)
        .key(key)
        .fingerprint(&50);
    conn.call(call, async |conn| -> Result<_, CallError> {
        conn.deposit(1, 50).await?;
        Ok(value)
    })
    .await
    .unwrap()
}

/// Fails unless the key is a new one to each of these, and each then replays its own value.
async fn assert_independent<D: Driver>(db: &TestDb<D>, owners: &[(&str, &str)]) {
    let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
    for (value, owner) in owners.iter().enumerate() {
        assert_eq!(
            call(&mut conn, &key, *owner, value).await,
            Outcome::Fresh(value),
            "{owner:?}"
        );
    }
    for (value, owner) in owners.iter().enumerate() {
        assert_eq!(
            call(&mut conn, &key, *owner, usize::MAX).await,
            Outcome::Replayed(value),
            "{owner:?}"
        );
    }
    assert_eq!(
        db.ledger_count().await,
        i64::try_from(owners.len()).unwrap()
    );
}

for_each_driver! {
    async fn the_same_key_is_another_ones_in_another_operation_or_tenant<D: Driver>(db: &TestDb<D>) {
        assert_independent(db, &[("charge", "a"), ("charge", "b"), ("refund", "a"), ("refund", "b"), ("charge", "")]).await;
    }

    async fn names_that_a_collation_takes_for_equal_are_different<D: Driver>(db: &TestDb<D>) {
        let names = ["a", "A", "á", "a\u{301}", "\u{e1} ", "a ", " a", "a\t", "ａ", "ss", "ß", "ı", "i", "İ"];
        let owners: Vec<_> = names.iter().map(|name| (*name, "t")).chain(names.iter().map(|name| ("o", *name))).collect();
        assert_independent(db, &owners).await;
    }

    async fn no_name_reaches_into_another_by_its_separators<D: Driver>(db: &TestDb<D>) {
        assert_independent(db, &[
            ("a", "b:c"), ("a:b", "c"), ("a:b:c", ""), ("a|b", "c"), ("a", "b|c"), ("a/b", "c"), ("a", "b/c"),
            ("a", "bc"), ("ab", "c"), ("abc", ""), ("a\u{1f}b", "c"), ("a", "b\u{1f}c"), ("a\\", "b"), ("a", "\\b"),
        ]).await;
    }

    async fn names_are_never_read_as_sql<D: Driver>(db: &TestDb<D>) {
        assert_independent(db, &[
            ("o'", "t"), ("o''", "t"), ("o\\'", "t"), ("o\"", "t"), ("o`", "t"), ("o%", "_"), ("o", "' OR 1=1 -- "),
            ("o", "'); DROP TABLE ledger; -- "), ("o", "$1"), ("o", "?"), ("o", "/*"), ("o", "\\x00"), ("o", "0x61"),
        ]).await;
    }

    async fn names_of_the_greatest_length_differ_in_their_last_byte<D: Driver>(db: &TestDb<D>) {
        let long = |last: &str| "x".repeat(254) + last;
        let (a, b) = (long("a"), long("b"));
        assert_independent(db, &[(&a, &a), (&a, &b), (&b, &a)]).await;
    }
}
