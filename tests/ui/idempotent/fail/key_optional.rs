//! A call that may have no key can't be told from another.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    key: Option<&IdempotencyKey>,
) -> Result<Receipt, ChargeError> {
    let _ = key;
    Ok(book(conn, 1)?)
}

fn main() {}
