//! Above and below `#[tracing::instrument]`, which reads the signature and wraps the body.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book, book_async, open, open_async};
use tracing::instrument;

#[instrument(skip(conn), fields(payment = cents), err)]
#[idempotent]
fn above(conn: &mut SqliteConnection, cents: i64) -> Result<Receipt, ChargeError> {
    tracing::info!("booking");
    Ok(book(conn, cents)?)
}

#[idempotent]
#[instrument(skip(conn), ret, err)]
fn below(
    conn: &mut SqliteConnection,
    cents: i64,
    (_, name): (u8, &str),
) -> Result<Receipt, ChargeError> {
    Ok(book(conn, cents + i64::from(name.is_empty()))?)
}

#[instrument(skip_all)]
#[idempotent]
async fn above_async(conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, cents).await?)
}

#[idempotent]
#[instrument(skip_all, fields(cents))]
async fn below_async(conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, cents).await?)
}

#[test]
fn both_replay() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    above(&mut conn, &key, 5).unwrap();
    assert!(above(&mut conn, &key, 5).unwrap().is_replayed());
    below(&mut conn, &key, 5, (0, "")).unwrap();
    assert!(below(&mut conn, &key, 5, (0, "")).unwrap().is_replayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_replay_async() {
    let mut conn = open_async().await.unwrap();
    let key = IdempotencyKey::generate();
    above_async(&mut conn, &key, 5).await.unwrap();
    assert!(above_async(&mut conn, &key, 5).await.unwrap().is_replayed());
    below_async(&mut conn, &key, 5).await.unwrap();
    assert!(below_async(&mut conn, &key, 5).await.unwrap().is_replayed());
}
