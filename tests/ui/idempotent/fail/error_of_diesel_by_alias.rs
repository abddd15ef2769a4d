//! Nor can it under an alias.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> diesel::QueryResult<Receipt> {
    book(conn, 1)
}

fn main() {}
