//! A trait's method without a body has nothing to run.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt};

trait Payments {
    #[idempotent]
    fn charge(&self, conn: &mut SqliteConnection) -> Result<Receipt, ChargeError>;
}

fn main() {}
