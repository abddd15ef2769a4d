//! Other languages have no keys.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
extern "C" fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    Ok(book(conn, 1)?)
}

fn main() {}
