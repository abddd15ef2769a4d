//! How long to wait is text.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(in_flight = wait(5))]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn main() {}
