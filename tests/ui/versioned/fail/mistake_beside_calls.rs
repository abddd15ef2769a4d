//! A mistake in the derive is one message, however often the model is used.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    big_version: i64,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, products::price.eq(5));
    let _ = product.delete_versioned(conn);
    let _ = product.etag();
}

fn main() {}
