//! A mistake in the derive is one message, however often the model is used.

use diesel::prelude::*;
use idem_diesel::Expected;
use idem_diesel::HasVersion;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = old_version)]
struct Product {
    id: i32,
    price: i32,
    old_version: Option<i32>,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, products::price.eq(5));
    let version = product.version();
    let _ = Product::update_expecting(conn, 1, Expected::Exactly(*version), products::price.eq(5));
}

fn main() {}
