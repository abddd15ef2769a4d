//! The table is one that is there.

use diesel::prelude::*;
use idem_diesel::Versioned;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = prodcts)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
