//! Fields are of types that Diesel reads from their columns.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: String,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, products::price.eq(5));
}

fn main() {}
