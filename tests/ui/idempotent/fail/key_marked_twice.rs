//! A call has one key.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    #[key] charge: &IdempotencyKey,
    #[key] refund: &IdempotencyKey,
) -> Result<Receipt, ChargeError> {
    let _ = (charge, refund);
    Ok(book(conn, 1)?)
}

fn main() {}
