//! A bound of Diesel's doesn't say which database it is.

use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
fn charge<C: diesel::Connection>(conn: &mut C, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents })
}

fn main() {}
