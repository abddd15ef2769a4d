//! An argument that can't be written can't be compared.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

struct Mailer;

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    cents: i64,
    mailer: &Mailer,
) -> Result<Receipt, ChargeError> {
    let _ = mailer;
    Ok(book(conn, cents)?)
}

fn main() {}
