//! A result that can't be stored can't be replayed.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, book};

struct Ticket {
    seat: u16,
}

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<Ticket, ChargeError> {
    book(conn, 1)?;
    Ok(Ticket { seat: 7 })
}

fn main() {}
