//! Async methods, of types and of traits with `async fn`.

use idem_diesel::{IdempotencyKey, Outcome, idempotent};
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async, open_async};

#[derive(Default)]
struct Shop {
    fee: i64,
    sold: u32,
}

impl Shop {
    #[idempotent]
    async fn charge(&self, conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book_async(conn, cents + self.fee).await?)
    }

    #[idempotent(retry = 2)]
    async fn sell(&mut self, conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
        self.sold += 1;
        Ok(book_async(conn, cents).await?)
    }
}

trait Refunds {
    async fn refund(
        &self,
        conn: &mut AsyncSqlite,
        key: &IdempotencyKey,
        cents: i64,
    ) -> Result<Outcome<Receipt>, ChargeError>;
}

impl Refunds for Shop {
    #[idempotent]
    async fn refund(&self, conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
        Ok(book_async(conn, -cents).await?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_replay() {
    let mut conn = open_async().await.unwrap();
    let (key, mut shop) = (IdempotencyKey::generate(), Shop::default());
    for replayed in [false, true] {
        let charged = shop.charge(&mut conn, &key, 5).await.unwrap();
        assert_eq!(charged.is_replayed(), replayed);
        let sold = shop.sell(&mut conn, &key, 5).await.unwrap();
        assert_eq!(sold.is_replayed(), replayed);
        let refunded = shop.refund(&mut conn, &key, 5).await.unwrap();
        assert_eq!(refunded.is_replayed(), replayed);
    }
    assert_eq!(shop.sold, 1);
}
