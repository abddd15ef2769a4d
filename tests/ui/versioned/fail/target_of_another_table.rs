//! All rows to update are the model's.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::orders;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection) {
    let _ = Product::update_all(conn, orders::table, products::price.eq(5));
}

fn main() {}
