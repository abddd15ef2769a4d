//! A trait's own method with a body: each type that takes it is another operation.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, booked, open};

trait Payments {
    const FEE: i64;

    #[idempotent]
    fn charge(&self, conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book(conn, cents + Self::FEE)?)
    }
}

struct Shop;
struct Market;

impl Payments for Shop {
    const FEE: i64 = 1;
}

impl Payments for Market {
    const FEE: i64 = 2;
}

#[test]
fn types_dont_share_records() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    Shop.charge(&mut conn, &key, 5).unwrap();
    assert!(!Market.charge(&mut conn, &key, 5).unwrap().is_replayed());
    assert!(Shop.charge(&mut conn, &key, 5).unwrap().is_replayed());
    assert_eq!(booked(&mut conn).unwrap(), 2);
}
