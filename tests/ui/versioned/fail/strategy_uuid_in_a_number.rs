//! A UUID needs a column for it.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(strategy = uuid)]
struct Product {
    id: i32,
    price: i32,
    lock_version: String,
}

fn main() {}
