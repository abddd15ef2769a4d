//! Of two keys, the one of this call has to be marked.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn refund(
    conn: &mut SqliteConnection,
    refund: &IdempotencyKey,
    charge: &IdempotencyKey,
) -> Result<Receipt, ChargeError> {
    let _ = (charge, refund);
    Ok(book(conn, -1)?)
}

fn main() {}
