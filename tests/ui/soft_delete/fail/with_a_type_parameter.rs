//! The types of a row are those of its table's columns.

use idem_diesel::SoftDelete;

#[derive(SoftDelete)]
struct Product<T> {
    id: i32,
    deleted_at: Option<T>,
}

fn main() {}
