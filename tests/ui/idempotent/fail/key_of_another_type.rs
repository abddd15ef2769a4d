//! A key that is marked still has to be one.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, #[key] id: &str) -> Result<Receipt, ChargeError> {
    let _ = id;
    Ok(book(conn, 1)?)
}

fn main() {}
