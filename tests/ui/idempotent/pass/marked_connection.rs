//! A connection that isn't the first `&mut` argument, or has another name and pattern.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, booked, open};

#[idempotent]
fn charge(
    #[skip] log: &mut Vec<i64>,
    cents: i64,
    #[conn] db: &mut SqliteConnection,
) -> Result<Receipt, ChargeError> {
    log.push(cents);
    Ok(book(db, cents)?)
}

#[idempotent]
fn transfer(
    from: &mut SqliteConnection,
    #[skip] to: &mut SqliteConnection,
) -> Result<Receipt, ChargeError> {
    book(to, 5)?;
    Ok(book(from, -5)?)
}

#[test]
fn the_marked_one_gets_the_record() {
    let (mut conn, mut log) = (open().unwrap(), Vec::new());
    let key = IdempotencyKey::generate();
    charge(&mut log, 5, &mut conn, &key).unwrap();
    assert!(charge(&mut log, 5, &mut conn, &key).unwrap().is_replayed());
    assert_eq!(log, [5]);
}

#[test]
fn the_other_one_is_skipped() {
    let (mut from, mut to) = (open().unwrap(), open().unwrap());
    let key = IdempotencyKey::generate();
    transfer(&mut from, &key, &mut to).unwrap();
    assert!(transfer(&mut from, &key, &mut to).unwrap().is_replayed());
    assert_eq!(booked(&mut to).unwrap(), 1);
}
