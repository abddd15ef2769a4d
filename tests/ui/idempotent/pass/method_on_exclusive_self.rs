//! A method that writes to `self`, as often as its body runs.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

#[derive(Default)]
struct Shop {
    sold: u32,
}

impl Shop {
    #[idempotent]
    fn charge(&mut self, conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
        self.sold += 1;
        Ok(book(conn, cents)?)
    }
}

#[test]
fn a_replay_leaves_self_alone() {
    let mut conn = open().unwrap();
    let (mut shop, key) = (Shop::default(), IdempotencyKey::generate());
    shop.charge(&mut conn, &key, 5).unwrap();
    assert!(shop.charge(&mut conn, &key, 5).unwrap().is_replayed());
    assert_eq!(shop.sold, 1);
}
