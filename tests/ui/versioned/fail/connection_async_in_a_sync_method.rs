//! An async connection takes the methods that end in `_async`.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::AsyncSqlite;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut AsyncSqlite, product: &Product) {
    let _ = product.update_versioned(conn, products::price.eq(5));
}

fn main() {}
