//! A trait that asks for keys, and an implementation that keeps its word.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, Outcome, idempotent};
use idem_ui::{Charge, ChargeError, Receipt, book, booked, open};

trait Payments {
    fn charge(
        &self,
        conn: &mut SqliteConnection,
        key: &IdempotencyKey,
        request: &Charge,
    ) -> Result<Outcome<Receipt>, ChargeError>;
}

struct Shop;

impl Payments for Shop {
    #[idempotent]
    fn charge(
        &self,
        conn: &mut SqliteConnection,
        request: &Charge,
    ) -> Result<Receipt, ChargeError> {
        Ok(book(conn, request.cents)?)
    }
}

#[test]
fn it_replays_behind_the_trait() {
    let mut conn = open().unwrap();
    let (key, request) = (IdempotencyKey::generate(), Charge { cents: 5 });
    let payments: &dyn Payments = &Shop;
    payments.charge(&mut conn, &key, &request).unwrap();
    let second = payments.charge(&mut conn, &key, &request).unwrap();
    assert!(second.is_replayed());
    assert_eq!(booked(&mut conn).unwrap(), 1);
}
