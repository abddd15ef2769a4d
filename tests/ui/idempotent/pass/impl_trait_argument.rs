//! `impl Trait` in the place of an argument's type.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};
use serde::Serialize;

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    cents: impl Into<i64> + Serialize,
    #[skip] fee: impl Fn(i64) -> i64,
) -> Result<Receipt, ChargeError> {
    Ok(book(conn, fee(cents.into()))?)
}

#[test]
fn it_counts_by_what_it_serializes_to() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, 5_i32, |cents| cents + 1).unwrap();
    let second = charge(&mut conn, &key, 5_i64, |cents| cents + 2).unwrap();
    assert!(second.is_replayed());
    assert_eq!(second.cents, 6);
    assert!(charge(&mut conn, &key, 6_i64, |cents| cents).is_err());
}
