//! Each function has its own operation.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

struct Shop;

#[idempotent]
impl Shop {
    fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
        Ok(book(conn, 1)?)
    }
}

fn main() {}
