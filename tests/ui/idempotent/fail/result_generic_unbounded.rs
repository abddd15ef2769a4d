//! A generic result needs its bounds.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

#[idempotent]
fn charge<T: From<Receipt>>(conn: &mut SqliteConnection) -> Result<T, ChargeError> {
    Ok(T::from(book(conn, 1)?))
}

fn main() {}
