//! A record is written on one connection.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(
    #[conn] conn: &mut SqliteConnection,
    #[conn] audit: &mut SqliteConnection,
) -> Result<Receipt, ChargeError> {
    book(audit, 1)?;
    Ok(book(conn, 1)?)
}

fn main() {}
