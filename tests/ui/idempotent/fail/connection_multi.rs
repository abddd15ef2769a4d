//! An enum of connections has to be made known.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

#[idempotent]
fn charge(conn: &mut AnyConnection, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents })
}

fn main() {}
