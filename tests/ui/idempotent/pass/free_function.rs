//! The plainest use.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{Charge, ChargeError, Receipt, book, booked, open};

#[idempotent]
fn charge(conn: &mut SqliteConnection, request: &Charge) -> Result<Receipt, ChargeError> {
    Ok(book(conn, request.cents)?)
}

#[test]
fn it_runs_once_and_replays() {
    let mut conn = open().unwrap();
    let (key, request) = (IdempotencyKey::generate(), Charge { cents: 5 });
    let first = charge(&mut conn, &key, &request).unwrap();
    let second = charge(&mut conn, &key, &request).unwrap();
    assert!(!first.is_replayed() && second.is_replayed());
    assert_eq!(first.into_inner(), second.into_inner());
    assert_eq!(booked(&mut conn).unwrap(), 1);
}
