//! Nor a boxed one.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

struct Shop;

impl Shop {
    #[idempotent]
    fn charge(self: Box<Self>, conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
        Ok(book(conn, 1)?)
    }
}

fn main() {}
