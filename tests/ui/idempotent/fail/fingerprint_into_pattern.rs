//! A pattern is taken apart inside the body.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Charge, ChargeError, Receipt, book};

#[idempotent(fingerprint(cents))]
fn charge(conn: &mut SqliteConnection, Charge { cents }: Charge) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents)?)
}

fn main() {}
