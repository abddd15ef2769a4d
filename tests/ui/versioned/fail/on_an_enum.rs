//! Rows are read into structs.

use idem_diesel::Versioned;

#[derive(Versioned)]
enum Product {
    Tea,
    Coffee,
}

fn main() {}
