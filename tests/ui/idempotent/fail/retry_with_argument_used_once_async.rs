//! Nor by async code.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};
use serde::Serialize;

#[derive(Serialize)]
struct Ticket {
    seat: i64,
}

#[idempotent(retry = 3)]
async fn charge(conn: &mut AsyncSqlite, ticket: Ticket) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, ticket.seat).await?)
}

fn main() {}
