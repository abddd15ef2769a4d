//! Nothing to give but that it's done.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, book, booked, open};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<(), ChargeError> {
    book(conn, cents)?;
    Ok(())
}

#[test]
fn it_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, 5).unwrap();
    assert!(charge(&mut conn, &key, 5).unwrap().is_replayed());
    assert_eq!(booked(&mut conn).unwrap(), 1);
}
