//! Whose key it is has to be text.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(tenant = shop)]
fn charge(conn: &mut SqliteConnection, shop: (i64, i64)) -> Result<Receipt, ChargeError> {
    Ok(book(conn, shop.0)?)
}

fn main() {}
