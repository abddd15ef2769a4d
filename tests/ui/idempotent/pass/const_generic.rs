//! A number among the generics.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, booked, open};

#[idempotent]
fn charge<const N: usize>(
    conn: &mut SqliteConnection,
    #[skip] all: &[i64; N],
) -> Result<Vec<Receipt>, ChargeError> {
    let mut receipts = Vec::with_capacity(N);
    for cents in all {
        receipts.push(book(conn, *cents)?);
    }
    Ok(receipts)
}

#[test]
fn it_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, &[1, 2, 3]).unwrap();
    let second = charge(&mut conn, &key, &[1]).unwrap();
    assert!(second.is_replayed());
    assert_eq!((second.len(), booked(&mut conn).unwrap()), (3, 3));
}
