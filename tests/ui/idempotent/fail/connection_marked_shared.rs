//! A mark doesn't make a shared connection writable.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
fn charge(#[conn] pool: &SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = pool;
    Ok(Receipt { cents })
}

fn main() {}
