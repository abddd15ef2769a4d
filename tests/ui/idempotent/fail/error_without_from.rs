//! An error that can't carry a refusal.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[derive(Debug, thiserror::Error)]
#[error("declined")]
struct Declined;

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, Declined> {
    book(conn, 1).map_err(|_| Declined)
}

fn main() {}
