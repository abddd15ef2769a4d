//! A function that returns nothing can't say that it failed.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::book;

#[idempotent]
fn charge(conn: &mut SqliteConnection) {
    let _ = book(conn, 1);
}

fn main() {}
