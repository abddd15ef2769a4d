//! A generic argument needs its bound.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge<T>(conn: &mut SqliteConnection, what: T) -> Result<Receipt, ChargeError> {
    let _ = what;
    Ok(book(conn, 1)?)
}

fn main() {}
