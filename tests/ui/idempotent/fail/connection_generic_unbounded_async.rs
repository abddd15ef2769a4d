//! So does an async one.

use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
async fn charge<C>(conn: &mut C, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = conn;
    Ok(Receipt { cents })
}

fn main() {}
