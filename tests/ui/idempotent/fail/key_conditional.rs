//! The key can't be there only sometimes.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    #[cfg(unix)] key: &IdempotencyKey,
) -> Result<Receipt, ChargeError> {
    let _ = key;
    Ok(book(conn, 1)?)
}

fn main() {}
