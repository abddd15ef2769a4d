//! The types of a row are those of its table's columns.

use idem_diesel::Stateful;

#[derive(Stateful)]
struct Order<S> {
    id: i32,
    state: S,
}

fn main() {}
