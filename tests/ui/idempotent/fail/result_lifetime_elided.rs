//! With the key, there are two lifetimes to elide from.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, book};

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Result<std::borrow::Cow<'_, str>, ChargeError> {
    book(conn, 1)?;
    Ok("paid".into())
}

fn main() {}
