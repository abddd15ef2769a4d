//! The connection can't be there only sometimes.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(#[cfg(unix)] conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    Ok(book(conn, 1)?)
}

fn main() {}
