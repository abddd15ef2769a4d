//! A buffer that comes before the connection is taken for it.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(log: &mut Vec<String>, conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
    log.push("charged".to_owned());
    Ok(book(conn, 1)?)
}

fn main() {}
