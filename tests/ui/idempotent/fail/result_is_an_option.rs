//! An `Option` has no place for a reason.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Option<Receipt> {
    book(conn, 1).ok()
}

fn main() {}
