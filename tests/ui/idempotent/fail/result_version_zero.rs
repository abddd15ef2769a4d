//! Versions start at 1.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(result_version = 0)]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn main() {}
