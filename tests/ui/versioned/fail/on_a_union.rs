//! Rows are read into structs.

use idem_diesel::Versioned;

#[derive(Versioned)]
union Product {
    id: i32,
    lock_version: i32,
}

fn main() {}
