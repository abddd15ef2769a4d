//! All mistakes are reported at once.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent(ttl = 24, retry = 0, nested = maybe)]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn main() {}
