//! Diesel's own error can't carry a refusal.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, diesel::result::Error> {
    book(conn, 1)
}

fn main() {}
