//! The first version is the column's default.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_diesel::insert_once;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

#[derive(Identifiable, Insertable)]
#[diesel(table_name = products)]
struct NewProduct {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn change(conn: &mut SqliteConnection, new: &NewProduct) {
    let _ = insert_once(conn, new).verify(|product: &Product| product.price == new.price);
}

fn main() {}
