//! A connection that is given away can't be used by the caller again.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(mut conn: SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book(&mut conn, cents)?)
}

fn main() {}
