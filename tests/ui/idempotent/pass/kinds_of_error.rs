//! The error types that people use.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, Rejection, idempotent};
use idem_ui::{Receipt, book, open};
use std::error::Error;

#[idempotent]
fn anyhow(conn: &mut SqliteConnection, cents: i64) -> anyhow::Result<Receipt> {
    anyhow::ensure!(cents > 0, "nothing to pay");
    Ok(book(conn, cents)?)
}

#[idempotent]
fn boxed(
    conn: &mut SqliteConnection,
    cents: i64,
) -> Result<Receipt, Box<dyn Error + Send + Sync>> {
    if cents <= 0 {
        return Err("nothing to pay".into());
    }
    Ok(book(conn, cents)?)
}

#[idempotent]
fn of_the_library(
    conn: &mut SqliteConnection,
    cents: i64,
) -> Result<Receipt, idem_diesel::Error> {
    Ok(book(conn, cents)?)
}

fn reused(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<idem_diesel::Error>();
    let rejection = error.and_then(idem_diesel::Error::rejection);
    matches!(rejection, Some(Rejection::KeyReused { .. }))
}

#[test]
fn each_carries_a_refusal() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert!(anyhow(&mut conn, &key, 0).is_err());
    anyhow(&mut conn, &key, 5).unwrap();
    assert!(reused(anyhow(&mut conn, &key, 6).unwrap_err().as_ref()));
    assert!(boxed(&mut conn, &key, 0).is_err());
    boxed(&mut conn, &key, 5).unwrap();
    assert!(reused(boxed(&mut conn, &key, 6).unwrap_err().as_ref()));
    of_the_library(&mut conn, &key, 5).unwrap();
    assert!(reused(&of_the_library(&mut conn, &key, 6).unwrap_err()));
}
