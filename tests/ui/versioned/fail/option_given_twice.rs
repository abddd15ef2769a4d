//! An option has one value.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = lock_version, column = big_version)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
