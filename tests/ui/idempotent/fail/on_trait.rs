//! A trait doesn't run.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

#[idempotent]
trait Payments {
    fn charge(&self, conn: &mut SqliteConnection) -> Result<Receipt, ChargeError>;
}

fn main() {}
