//! A column that can be NULL needs a version for those rows.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = old_version)]
struct Product {
    id: i32,
    price: i32,
    old_version: i32,
}

fn main() {}
