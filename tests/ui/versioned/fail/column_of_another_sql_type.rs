//! The field has the type of its column.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = big_version)]
struct Product {
    id: i32,
    price: i32,
    big_version: i32,
}

fn main() {}
