//! An idempotent function inside another, with the same key, in one transaction.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, booked, open};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

#[idempotent]
fn order(
    conn: &mut SqliteConnection,
    key: &IdempotencyKey,
    #[skip] fails: bool,
) -> Result<Receipt, ChargeError> {
    let receipt = charge(conn, key, 5)?.into_inner();
    if fails {
        return Err(diesel::result::Error::RollbackTransaction.into());
    }
    Ok(receipt)
}

#[test]
fn the_outer_one_takes_the_inner_one_with_it() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert!(order(&mut conn, &key, true).is_err());
    assert_eq!(booked(&mut conn).unwrap(), 0);
    assert!(!order(&mut conn, &key, false).unwrap().is_replayed());
    assert!(order(&mut conn, &key, false).unwrap().is_replayed());
    assert!(charge(&mut conn, &key, 5).unwrap().is_replayed());
    assert_eq!(booked(&mut conn).unwrap(), 1);
}
