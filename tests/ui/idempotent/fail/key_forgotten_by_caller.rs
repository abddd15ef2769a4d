//! A caller is told that a key is missing.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn caller(conn: &mut SqliteConnection) {
    let _ = charge(conn, 5);
}

fn main() {}
