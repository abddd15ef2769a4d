//! An argument that is used up can't be used for a second attempt.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};
use serde::Serialize;

#[derive(Serialize)]
struct Ticket {
    seat: i64,
}

#[idempotent(retry = 3)]
fn charge(conn: &mut SqliteConnection, ticket: Ticket) -> Result<Receipt, ChargeError> {
    Ok(book(conn, ticket.seat)?)
}

fn main() {}
