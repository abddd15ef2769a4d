//! Which errors to retry has to be seen.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[idempotent(retry = 3)]
fn charge(conn: &mut SqliteConnection) -> anyhow::Result<Receipt> {
    Ok(book(conn, 1)?)
}

fn main() {}
