//! A version is kept in a field.

use idem_diesel::Versioned;

#[derive(Versioned)]
struct Product;

fn main() {}
