//! A state changes, an id doesn't.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
#[stateful(column = id)]
struct Order {
    id: i32,
    state: String,
}

fn main() {}
