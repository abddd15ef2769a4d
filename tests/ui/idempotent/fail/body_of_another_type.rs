//! A wrong value is pointed at in the body.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    let fee: u8 = cents;
    Ok(book(conn, cents)?)
}

fn main() {}
