//! Versions come with the derive.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, products::price.eq(5));
}

fn main() {}
