//! A `const fn` can't reach a database.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
const fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents: 1 })
}

fn main() {}
