//! An update without changes gives a copy back.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, products::price.eq(5));
}

fn main() {}
