//! A time has a bound.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(ttl = "200years")]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn main() {}
