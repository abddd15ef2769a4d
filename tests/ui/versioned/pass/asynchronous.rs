//! On async connections, in futures that move between threads.

use diesel::{ExpressionMethods, Identifiable, QueryDsl, Queryable, Selectable, SelectableHelper};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use idem_diesel::{Versioned, WriteError};
use idem_ui::AsyncSqlite;
use idem_ui::schema::products;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

async fn change(conn: &mut AsyncSqlite, cents: i32) -> Result<Product, WriteError<Product>> {
    let product: Product = products::table
        .select(Product::as_select())
        .first(conn)
        .await?;
    let changed = product
        .update_versioned_async(conn, products::price.eq(cents))
        .await?;
    Ok(changed.into_inner())
}

#[tokio::test]
async fn it_is_versioned() {
    let mut conn = AsyncSqlite::establish(":memory:").await.unwrap();
    conn.batch_execute(idem_ui::schema::PRODUCTS).await.unwrap();
    conn.batch_execute("INSERT INTO products DEFAULT VALUES")
        .await
        .unwrap();
    let product = change(&mut conn, 5).await.unwrap();
    assert_eq!((product.id, product.price, product.lock_version), (1, 5, 1));
}
