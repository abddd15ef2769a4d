//! A result that borrows can't be read back from a record.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, book};

#[idempotent]
fn charge<'a>(conn: &mut SqliteConnection, name: &'a str) -> Result<&'a str, ChargeError> {
    book(conn, 1)?;
    Ok(name)
}

fn main() {}
