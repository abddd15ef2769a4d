//! What to do is one of two words.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(in_flight = refuse)]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn main() {}
