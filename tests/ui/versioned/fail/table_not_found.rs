//! The table is in scope, or named.

use diesel::prelude::*;
use idem_diesel::Versioned;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Tea {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
