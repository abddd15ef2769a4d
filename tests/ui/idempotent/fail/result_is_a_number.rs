//! A value that isn't a `Result` has no place for a refusal.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::book;

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> i64 {
    book(conn, 1).map_or(0, |receipt| receipt.cents)
}

fn main() {}
