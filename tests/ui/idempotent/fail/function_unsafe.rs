//! A closure can't keep the contract of an `unsafe fn`.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
unsafe fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    Ok(book(conn, 1)?)
}

fn main() {}
