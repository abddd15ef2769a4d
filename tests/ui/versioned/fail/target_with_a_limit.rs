//! Rows to update are told by a filter alone.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection) {
    let _ = Product::update_all(conn, products::table.limit(3), products::price.eq(5));
}

fn main() {}
