//! The types of a row are those of its table's columns.

use idem_diesel::Versioned;

#[derive(Versioned)]
struct Product<T> {
    id: i32,
    lock_version: T,
}

fn main() {}
