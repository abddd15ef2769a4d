//! A key that the function names itself, wherever it stands.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, book, open};

#[idempotent]
fn charge(
    id: &IdempotencyKey,
    conn: &mut SqliteConnection,
    cents: i64,
) -> Result<String, ChargeError> {
    book(conn, cents)?;
    Ok(id.to_string())
}

#[idempotent]
fn refund(
    conn: &mut SqliteConnection,
    cents: i64,
    key: IdempotencyKey,
) -> Result<IdempotencyKey, ChargeError> {
    book(conn, -cents)?;
    Ok(key)
}

type PaymentId = IdempotencyKey;

#[idempotent]
fn settle(
    conn: &mut SqliteConnection,
    #[key] id: &PaymentId,
    of: &IdempotencyKey,
) -> Result<bool, ChargeError> {
    book(conn, 0)?;
    Ok(id == of)
}

#[test]
fn the_body_reads_it() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert_eq!(charge(&key, &mut conn, 5).unwrap().into_inner(), key.to_string());
    assert!(charge(&key, &mut conn, 5).unwrap().is_replayed());
    let refunded = refund(&mut conn, 5, key.clone()).unwrap();
    assert_eq!(refunded.into_inner(), key);
    assert!(refund(&mut conn, 5, key.clone()).unwrap().is_replayed());
}

#[test]
fn another_key_beside_it_counts() {
    let mut conn = open().unwrap();
    let (key, other) = (IdempotencyKey::generate(), IdempotencyKey::generate());
    assert!(!*settle(&mut conn, &key, &other).unwrap());
    assert!(settle(&mut conn, &key, &other).unwrap().is_replayed());
    assert!(settle(&mut conn, &key, &key).is_err());
}
