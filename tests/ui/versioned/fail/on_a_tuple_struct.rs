//! Columns are found by the names of fields.

use idem_diesel::Versioned;

#[derive(Versioned)]
struct Product(i32, i32);

fn main() {}
