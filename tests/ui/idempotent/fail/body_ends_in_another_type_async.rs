//! Also of an async body.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};

#[idempotent]
async fn charge(conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
    book_async(conn, cents).await
}

fn main() {}
