//! A sync connection takes the methods without `_async`.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

async fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product
        .update_versioned_async(conn, products::price.eq(5))
        .await;
}

fn main() {}
