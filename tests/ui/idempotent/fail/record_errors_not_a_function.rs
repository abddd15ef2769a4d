//! What is recorded is decided by a function.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};
use serde::{Deserialize, Serialize};

const FINAL: bool = true;

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("declined")]
struct Declined;

impl From<idem_diesel::Error> for Declined {
    fn from(_: idem_diesel::Error) -> Self {
        Self
    }
}

#[idempotent(record_errors = FINAL)]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, Declined> {
    book(conn, 1).map_err(|_| Declined)
}

fn main() {}
