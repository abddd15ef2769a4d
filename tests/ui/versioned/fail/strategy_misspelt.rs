//! A strategy has one of three names.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(strategy = incremental)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
