//! An argument has one role.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    #[key]
    #[skip]
    id: &IdempotencyKey,
) -> Result<Receipt, ChargeError> {
    let _ = id;
    Ok(book(conn, 1)?)
}

fn main() {}
