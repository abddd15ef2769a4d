//! Behind an `#[async_trait]`: the operation is a function of its own.

use async_trait::async_trait;
use idem_diesel::{IdempotencyKey, Outcome, idempotent};
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async, open_async};

#[async_trait]
trait Payments: Send + Sync {
    async fn charge(
        &self,
        conn: &mut AsyncSqlite,
        key: &IdempotencyKey,
        cents: i64,
    ) -> Result<Outcome<Receipt>, ChargeError>;
}

struct Shop;

impl Shop {
    #[idempotent]
    async fn charge(&self, conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book_async(conn, cents).await?)
    }
}

#[async_trait]
impl Payments for Shop {
    async fn charge(
        &self,
        conn: &mut AsyncSqlite,
        key: &IdempotencyKey,
        cents: i64,
    ) -> Result<Outcome<Receipt>, ChargeError> {
        Self::charge(self, conn, key, cents).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_replays() {
    let mut conn = open_async().await.unwrap();
    let (key, payments): (_, &dyn Payments) = (IdempotencyKey::generate(), &Shop);
    payments.charge(&mut conn, &key, 5).await.unwrap();
    assert!(payments.charge(&mut conn, &key, 5).await.unwrap().is_replayed());
}
