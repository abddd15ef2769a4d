//! What is named has to be written, too.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

struct Card;

#[idempotent(fingerprint(card))]
fn charge(conn: &mut SqliteConnection, card: &Card) -> Result<Receipt, ChargeError> {
    let _ = card;
    Ok(book(conn, 1)?)
}

fn main() {}
