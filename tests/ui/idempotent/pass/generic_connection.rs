//! Any sync connection to `SQLite`: a plain one, and one from a pool.

use diesel::SqliteConnection;
use diesel::connection::LoadConnection;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sqlite::Sqlite;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

#[idempotent]
fn charge<C>(conn: &mut C, cents: i64) -> Result<Receipt, ChargeError>
where
    C: LoadConnection<Backend = Sqlite>,
{
    Ok(book(conn, cents)?)
}

#[idempotent]
fn refund(
    conn: &mut impl LoadConnection<Backend = Sqlite>,
    cents: i64,
) -> Result<Receipt, ChargeError> {
    Ok(book(conn, -cents)?)
}

#[test]
fn it_replays_on_a_plain_connection() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, 5).unwrap();
    assert!(charge(&mut conn, &key, 5).unwrap().is_replayed());
    refund(&mut conn, &key, 5).unwrap();
    assert!(refund(&mut conn, &key, 5).unwrap().is_replayed());
}

#[test]
fn it_replays_on_a_pooled_connection() {
    let manager = ConnectionManager::<SqliteConnection>::new(":memory:");
    let pool = Pool::builder().max_size(1).build(manager).unwrap();
    let mut conn = pool.get().unwrap();
    idem_diesel::setup(&mut conn).unwrap();
    diesel::connection::SimpleConnection::batch_execute(&mut conn, idem_ui::TABLE).unwrap();
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, 5).unwrap();
    assert!(charge(&mut conn, &key, 5).unwrap().is_replayed());
    // What a pool hands out is often dereferenced.
    assert!(charge(&mut *conn, &key, 5).unwrap().is_replayed());
}
