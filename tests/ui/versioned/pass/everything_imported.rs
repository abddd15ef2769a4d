//! Beside Diesel's prelude, with everything that idem-diesel has: its hidden methods take no other's name.

use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use idem_diesel::*;
use idem_ui::AsyncSqlite;
use idem_ui::schema::products;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

#[derive(Insertable, Identifiable)]
#[diesel(table_name = products)]
struct NewProduct {
    id: i32,
    price: i32,
}

#[tokio::test]
async fn plain_diesel_means_what_it_means() -> Result<(), Box<dyn std::error::Error>> {
    let mut conn = AsyncSqlite::establish(":memory:").await?;
    conn.batch_execute(idem_ui::schema::PRODUCTS).await?;
    conn.spawn_blocking(|conn| {
        let new = NewProduct { id: 1, price: 5 };
        new.insert_into(products::table).execute(conn)?;
        diesel::update(products::table.find(1))
            .set(products::price.eq(6))
            .execute(conn)?;
        let row = products::table.find(1).select(Product::as_select());
        let found: Product = row.first(conn)?;
        let changed = found.update_versioned(conn, products::price.eq(7)).unwrap();
        let product = changed.into_inner();
        assert_eq!((product.id, product.price, product.lock_version), (1, 7, 1));
        Ok(())
    })
    .await?;
    Ok(())
}
