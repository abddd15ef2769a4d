//! A version has the type of its field.

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
    let expected = Expected::Exactly("3");
    let _ = Product::update_expecting(conn, 1, expected, products::price.eq(5));
}

fn main() {}
