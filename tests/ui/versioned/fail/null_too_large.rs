//! What stands for NULL fits into the field.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = old_version, null = 3000000000)]
struct Product {
    id: i32,
    price: i32,
    old_version: i32,
}

fn main() {}
