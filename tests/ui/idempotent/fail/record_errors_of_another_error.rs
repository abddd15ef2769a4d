//! So is what is recorded.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{Receipt, book};
use serde::{Deserialize, Serialize};

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("declined")]
struct Declined;

impl From<idem_diesel::Error> for Declined {
    fn from(_: idem_diesel::Error) -> Self {
        Self
    }
}

fn is_final(error: &String) -> bool {
    error.is_empty()
}

#[idempotent(record_errors = is_final)]
fn charge(conn: &mut SqliteConnection) -> Result<Receipt, Declined> {
    book(conn, 1).map_err(|_| Declined)
}

fn main() {}
