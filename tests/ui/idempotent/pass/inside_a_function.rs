//! An operation that only one function knows, called through a pointer.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, Outcome, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

type Operation =
    fn(&mut SqliteConnection, &IdempotencyKey, i64) -> Result<Outcome<Receipt>, ChargeError>;

fn operation() -> Operation {
    #[idempotent(operation = "payments.local")]
    fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book(conn, cents)?)
    }
    charge
}

#[test]
fn it_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    operation()(&mut conn, &key, 5).unwrap();
    assert!(operation()(&mut conn, &key, 5).unwrap().is_replayed());
}
