//! Of two connections, the one with the record has to be marked.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    audit: &mut SqliteConnection,
) -> Result<Receipt, ChargeError> {
    book(audit, 1)?;
    Ok(book(conn, 1)?)
}

fn main() {}
