//! A moved argument is pointed at in the body.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, names: Vec<String>) -> Result<Receipt, ChargeError> {
    drop(names);
    Ok(book(conn, names.len() as i64)?)
}

fn main() {}
