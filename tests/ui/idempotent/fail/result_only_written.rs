//! A result that can be written but not read back can't be replayed.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, book};
use serde::Serialize;

#[derive(Serialize)]
struct Ticket {
    seat: u16,
}

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<Ticket, ChargeError> {
    book(conn, 1)?;
    Ok(Ticket { seat: 7 })
}

fn main() {}
