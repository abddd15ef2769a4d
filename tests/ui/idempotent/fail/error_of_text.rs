//! Text can't carry a refusal.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, String> {
    book(conn, 1).map_err(|error| error.to_string())
}

fn main() {}
