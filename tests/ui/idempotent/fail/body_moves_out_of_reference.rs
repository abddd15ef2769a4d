//! A borrowed argument stays borrowed.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection, names: &Vec<String>) -> Result<Receipt, ChargeError> {
    drop::<Vec<String>>(*names);
    Ok(book(conn, 1)?)
}

fn main() {}
