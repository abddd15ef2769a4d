//! A model that is a changeset sets its version too.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(AsChangeset, Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, product);
}

fn main() {}
