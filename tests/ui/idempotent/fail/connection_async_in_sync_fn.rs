//! An async connection belongs in an `async fn`.

use diesel_async::AsyncPgConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
fn charge(conn: &mut AsyncPgConnection, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents })
}

fn main() {}
