//! An enum of connections, once it's made known.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

idem_diesel::multi_connection!(AnyConnection { Sqlite });

#[idempotent]
fn charge(conn: &mut AnyConnection, cents: i64) -> Result<Receipt, ChargeError> {
    match conn {
        AnyConnection::Sqlite(conn) => Ok(book(conn, cents)?),
    }
}

#[test]
fn it_replays() {
    let mut conn = AnyConnection::Sqlite(open().unwrap());
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, 5).unwrap();
    assert!(charge(&mut conn, &key, 5).unwrap().is_replayed());
}
