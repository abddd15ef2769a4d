//! The condition is about this function's error.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

fn is_transient(error: &String) -> bool {
    error.is_empty()
}

#[idempotent(retry = 3, retry_if = is_transient)]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    Ok(book(conn, 1)?)
}

fn main() {}
