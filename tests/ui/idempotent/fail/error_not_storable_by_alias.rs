//! Nor can it under an alias.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

type Answer = Result<Receipt, ChargeError>;

fn is_final(error: &ChargeError) -> bool {
    matches!(error, ChargeError::Database(_))
}

#[idempotent(record_errors = is_final)]
fn charge(conn: &mut SqliteConnection) -> Answer {
    Ok(book(conn, 1)?)
}

fn main() {}
