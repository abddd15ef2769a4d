//! Nor by async code.

use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, book_async};

struct Ticket {
    seat: u16,
}

#[idempotent]
async fn charge(conn: &mut AsyncSqlite) -> Result<Ticket, ChargeError> {
    book_async(conn, 1).await?;
    Ok(Ticket { seat: 7 })
}

fn main() {}
