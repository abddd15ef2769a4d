//! A spawned future says what it holds.

use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};

#[idempotent]
async fn charge(conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
    let held = std::rc::Rc::new(cents);
    let receipt = book_async(conn, *held).await?;
    drop(held);
    Ok(receipt)
}

fn caller(mut conn: AsyncSqlite, key: IdempotencyKey) {
    tokio::spawn(async move { charge(&mut conn, &key, 5).await.is_ok() });
}

fn main() {}
