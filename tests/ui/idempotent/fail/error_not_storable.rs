//! An error that can't be stored can't be recorded.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

fn is_final(error: &ChargeError) -> bool {
    matches!(error, ChargeError::Database(_))
}

#[idempotent(record_errors = is_final)]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    Ok(book(conn, 1)?)
}

fn main() {}
