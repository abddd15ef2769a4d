//! Under `#[async_trait]` a method isn't an `async fn` any more.

use async_trait::async_trait;
use idem_diesel::idempotent;
use idem_ui::{AsyncSqlite, ChargeError, Receipt, book_async};

#[async_trait]
trait Payments {
    async fn charge(&self, conn: &mut AsyncSqlite) -> Result<Receipt, ChargeError>;
}

struct Shop;

#[async_trait]
impl Payments for Shop {
    #[idempotent]
    async fn charge(&self, conn: &mut AsyncSqlite) -> Result<Receipt, ChargeError> {
        Ok(book_async(conn, 1).await?)
    }
}

fn main() {}
