//! What is captured stays for another attempt.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::{ChargeError, Receipt, book};

struct Shop {
    names: Vec<String>,
}

impl Shop {
    #[idempotent(retry = 3)]
    fn charge(&self, conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
        drop::<Vec<String>>(self.names);
        Ok(book(conn, 1)?)
    }
}

fn main() {}
