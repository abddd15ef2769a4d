//! Changes are of the model's table.

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

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.update_versioned(conn, orders::shipped_by.eq("post"));
}

fn main() {}
