//! A future is written as an `async fn`.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};

#[idempotent]
fn charge(conn: &mut AsyncSqlite) -> impl Future<Output = Result<Receipt, ChargeError>> {
    async { Ok(book_async(conn, 1).await?) }
}

fn main() {}
