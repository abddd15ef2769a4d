//! A row is found by its primary key.

use diesel::prelude::*;
use idem_diesel::Expected;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection) {
    let _ = Product::update_expecting(conn, "1", Expected::Any, products::price.eq(5));
}

fn main() {}
