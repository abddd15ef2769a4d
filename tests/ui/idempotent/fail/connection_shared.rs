//! A connection that is only read can't write a record.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
fn charge(conn: &SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents })
}

fn main() {}
