//! A method that reads `self`, which is no part of the request.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, booked, open};

struct Shop {
    fee: i64,
}

impl Shop {
    #[idempotent]
    fn charge(&self, conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book(conn, cents + self.fee)?)
    }
}

#[test]
fn another_receiver_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let first = Shop { fee: 1 }.charge(&mut conn, &key, 5).unwrap();
    let second = Shop { fee: 2 }.charge(&mut conn, &key, 5).unwrap();
    assert!(second.is_replayed());
    assert_eq!((first.cents, second.cents), (6, 6));
    assert_eq!(booked(&mut conn).unwrap(), 1);
}
