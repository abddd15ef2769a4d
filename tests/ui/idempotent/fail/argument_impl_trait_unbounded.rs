//! So does one without a name.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: impl Into<i64>) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents.into())?)
}

fn main() {}
