//! A generic connection needs its bound.

use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
fn charge<C>(conn: &mut C, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents })
}

fn main() {}
