//! Rows are read into structs.

use idem_diesel::SoftDelete;

#[derive(SoftDelete)]
enum Product {
    Live,
    Deleted,
}

fn main() {}
