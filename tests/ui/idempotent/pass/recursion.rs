//! A function that calls itself, with a key derived for each step.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, book, booked, open};

#[idempotent]
fn settle(
    conn: &mut SqliteConnection,
    key: &IdempotencyKey,
    depth: u8,
) -> Result<i64, ChargeError> {
    let cents = book(conn, i64::from(depth))?.cents;
    if depth == 0 {
        return Ok(cents);
    }
    let next = IdempotencyKey::derived("settle", [key.as_str(), "next"]);
    let below = settle(conn, &next, depth - 1)?;
    Ok(cents + below.into_inner())
}

#[test]
fn each_step_runs_once() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert_eq!(settle(&mut conn, &key, 3).unwrap().into_inner(), 6);
    assert!(settle(&mut conn, &key, 3).unwrap().is_replayed());
    assert_eq!(booked(&mut conn).unwrap(), 4);
}
