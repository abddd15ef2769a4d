//! A body that reads the key declares it.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    println!("{key}");
    Ok(book(conn, cents)?)
}

fn main() {}
