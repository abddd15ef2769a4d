//! Nor from async code.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, Receipt, book_async};

#[derive(Debug, thiserror::Error)]
#[error("declined")]
struct Declined;

#[idempotent]
async fn charge(conn: &mut AsyncSqlite) -> Result<Receipt, Declined> {
    book_async(conn, 1).await.map_err(|_| Declined)
}

fn main() {}
