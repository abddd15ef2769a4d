//! The first `&mut` argument isn't a connection.

use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

struct Ledger;

#[idempotent]
fn charge(ledger: &mut Ledger, cents: i64) -> Result<Receipt, ChargeError> {
    let _ = ledger;
    Ok(Receipt { cents })
}

fn main() {}
