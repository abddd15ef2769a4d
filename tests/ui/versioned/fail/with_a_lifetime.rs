//! A row that was read owns its data.

use idem_diesel::Versioned;

#[derive(Versioned)]
struct Product<'a> {
    id: i32,
    name: &'a str,
    lock_version: i32,
}

fn main() {}
