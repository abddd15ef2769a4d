//! Arguments that exist on some platforms, or with some features.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    #[cfg(not(test))] never: &Unknown,
    cents: i64,
    #[cfg(test)] always: i64,
    #[cfg(not(test))] (a, b): (Unknown, Unknown),
    #[cfg(test)] (left, right): (i64, i64),
) -> Result<Receipt, ChargeError> {
    #[cfg(not(test))]
    let cents = cents + never.cents + a.cents + b.cents;
    Ok(book(conn, cents + always + left + right)?)
}

#[cfg(test)]
#[idempotent]
fn refund(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, -cents)?)
}

#[test]
fn those_that_exist_count() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let first = charge(&mut conn, &key, 5, 10, (100, 200)).unwrap();
    assert_eq!(first.cents, 315);
    assert!(charge(&mut conn, &key, 5, 10, (100, 200)).unwrap().is_replayed());
    assert!(charge(&mut conn, &key, 5, 11, (100, 200)).is_err());
    assert!(charge(&mut conn, &key, 5, 10, (100, 201)).is_err());
    assert_eq!(refund(&mut conn, &key, 5).unwrap().cents, -5);
}
