//! What stands for NULL is a number.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = old_version, null = None)]
struct Product {
    id: i32,
    price: i32,
    old_version: i32,
}

fn main() {}
