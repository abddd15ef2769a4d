//! A mark takes nothing.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, #[skip(always)] note: &str) -> Result<Receipt, ChargeError> {
    let _ = note;
    Ok(book(conn, 1)?)
}

fn main() {}
