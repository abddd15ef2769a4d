//! Nor by async code.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};

fn is_final(error: &ChargeError) -> bool {
    matches!(error, ChargeError::Database(_))
}

#[idempotent(record_errors = is_final, retry = 3)]
async fn charge(conn: &mut AsyncSqlite) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, 1).await?)
}

fn main() {}
