//! Nor under an alias.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, book};

struct Ticket {
    seat: u16,
}

type Answer<T> = Result<T, ChargeError>;

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Answer<Ticket> {
    book(conn, 1)?;
    Ok(Ticket { seat: 7 })
}

fn main() {}
