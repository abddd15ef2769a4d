//! The version is raised by the library alone.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

#[derive(AsChangeset)]
#[diesel(table_name = products)]
struct Change {
    price: Option<i32>,
    lock_version: Option<i32>,
}

fn change(conn: &mut SqliteConnection, product: &Product, change: Change) {
    let _ = product.update_versioned(conn, change);
}

fn main() {}
