//! A library that re-exports this one.

use idem_diesel::IdempotencyKey;
use idem_ui::{ChargeError, Receipt, book, open};

mod toolbox {
    pub(super) mod database {
        pub(in super::super) use idem_diesel as safe;
    }
}

use toolbox::database::safe::idempotent;

mod payments {
    use super::{ChargeError, Receipt, book, idempotent};

    #[idempotent(crate = super::toolbox::database::safe, retry = 2)]
    pub(super) fn charge(
        conn: &mut diesel::SqliteConnection,
        cents: i64,
    ) -> Result<Receipt, ChargeError> {
        Ok(book(conn, cents)?)
    }
}

#[test]
fn it_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    payments::charge(&mut conn, &key, 5).unwrap();
    assert!(payments::charge(&mut conn, &key, 5).unwrap().is_replayed());
}
