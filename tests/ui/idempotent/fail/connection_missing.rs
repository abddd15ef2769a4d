//! A function without a connection has nothing to write its record with.

use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
fn charge(cents: i64) -> Result<Receipt, ChargeError> {
    Ok(Receipt { cents })
}

fn main() {}
