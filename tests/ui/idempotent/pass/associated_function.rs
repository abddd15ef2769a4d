//! A function of a type, without `self`.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

struct Shop;

impl Shop {
    const FEE: i64 = 1;

    #[idempotent]
    fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book(conn, cents + Self::FEE)?)
    }
}

#[test]
fn it_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert_eq!(Shop::charge(&mut conn, &key, 5).unwrap().cents, 6);
    assert!(Shop::charge(&mut conn, &key, 5).unwrap().is_replayed());
}
