//! A replay can't make a value of a type without a name.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<impl Copy, ChargeError> {
    Ok(book(conn, 1)?.cents)
}

fn main() {}
