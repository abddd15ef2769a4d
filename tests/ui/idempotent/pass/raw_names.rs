//! Keywords as names.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

#[idempotent(fingerprint(r#type))]
fn r#move(
    conn: &mut SqliteConnection,
    r#type: &str,
    r#fn: i64,
) -> Result<Receipt, ChargeError> {
    Ok(book(conn, r#fn + i64::from(r#type.is_empty()))?)
}

#[idempotent(retry = 2)]
fn r#loop(r#ref: &mut SqliteConnection, r#in: i64) -> Result<Receipt, ChargeError> {
    Ok(book(r#ref, r#in)?)
}

#[test]
fn they_replay() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    r#move(&mut conn, &key, "debit", 5).unwrap();
    assert!(r#move(&mut conn, &key, "debit", 5).unwrap().is_replayed());
    r#loop(&mut conn, &key, 5).unwrap();
    assert!(r#loop(&mut conn, &key, 5).unwrap().is_replayed());
}
