//! The caller gets an outcome.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn caller(conn: &mut SqliteConnection, key: &IdempotencyKey) -> Result<Receipt, ChargeError> {
    charge(conn, key, 5)
}

fn main() {}
