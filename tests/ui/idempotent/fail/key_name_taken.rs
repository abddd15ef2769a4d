//! An argument called `key` is either the key or something else.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, key: &str) -> Result<Receipt, ChargeError> {
    let _ = key;
    Ok(book(conn, 1)?)
}

fn main() {}
