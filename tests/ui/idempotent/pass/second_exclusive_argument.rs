//! Another `&mut` argument beside the connection.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    #[skip] log: &mut Vec<i64>,
    stock: &mut u32,
) -> Result<Receipt, ChargeError> {
    *stock -= 1;
    log.push(5);
    Ok(book(conn, 5)?)
}

#[test]
fn it_is_written_once_and_counts_as_it_was_before() {
    let mut conn = open().unwrap();
    let (key, mut log, mut stock) = (IdempotencyKey::generate(), Vec::new(), 7);
    charge(&mut conn, &key, &mut log, &mut stock).unwrap();
    assert_eq!(stock, 6);
    assert!(charge(&mut conn, &key, &mut log, &mut stock).is_err());
    let again = charge(&mut conn, &key, &mut log, &mut 7).unwrap();
    assert!(again.is_replayed());
    assert_eq!(log, [5]);
}
