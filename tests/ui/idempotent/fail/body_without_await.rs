//! An async body that forgets to wait is pointed at.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};

#[idempotent]
async fn charge(conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, cents)?)
}

fn main() {}
