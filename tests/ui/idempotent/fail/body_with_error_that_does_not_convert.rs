//! A `?` that can't convert is pointed at.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};

#[derive(Debug, thiserror::Error)]
#[error("no charge")]
struct NoCharge(#[from] idem_diesel::Error);

#[idempotent]
fn charge(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, NoCharge> {
    Ok(book(conn, cents)?)
}

fn main() {}
