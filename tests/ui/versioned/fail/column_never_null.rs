//! `null` is for a column that can be NULL.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(null = 0)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
