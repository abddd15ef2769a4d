//! A replay doesn't run the body, so nothing consumes `self`.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

struct Shop;

impl Shop {
    #[idempotent]
    fn charge(self, conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
        Ok(book(conn, 1)?)
    }
}

fn main() {}
