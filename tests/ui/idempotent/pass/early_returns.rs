//! A body that leaves from many places, and has items of its own.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, book, booked, open};

#[idempotent]
fn charge(conn: &mut SqliteConnection, all: &[i64]) -> Result<i64, ChargeError> {
    const LIMIT: i64 = 100;
    const fn over(total: i64) -> bool {
        total > LIMIT
    }
    if all.is_empty() {
        return Ok(0);
    }
    let mut total = 0;
    'each: for cents in all {
        match cents {
            cents if *cents < 0 => break 'each,
            cents => total += book(conn, *cents)?.cents,
        }
    }
    if over(total) {
        return Err(diesel::result::Error::RollbackTransaction.into());
    }
    Ok(total)
}

#[test]
fn each_way_out_is_one() {
    let mut conn = open().unwrap();
    let mut call = |all: &[i64]| charge(&mut conn, &IdempotencyKey::generate(), all);
    assert_eq!(call(&[]).unwrap().into_inner(), 0);
    assert_eq!(call(&[1, 2, -1, 9]).unwrap().into_inner(), 3);
    assert!(call(&[99, 2]).is_err());
    assert_eq!(booked(&mut conn).unwrap(), 2);
}
