//! The column is that of a field.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = lock_verison)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
