//! An alias is only known to the compiler.

use diesel::SqliteConnection;
use idem_diesel::idempotent;
use idem_ui::Receipt;

type Answer = Receipt;

#[idempotent]
fn charge(conn: &mut SqliteConnection) -> Answer {
    let _ = conn;
    Receipt { cents: 1 }
}

fn main() {}
