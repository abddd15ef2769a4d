//! What counts is said in one way.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(fingerprint(cents))]
fn charge(
    conn: &mut SqliteConnection,
    cents: i64,
    #[skip] note: &str,
) -> Result<Receipt, ChargeError> {
    let _ = note;
    Ok(book(conn, cents)?)
}

fn main() {}
