//! NULL is no state.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    state: Option<String>,
}

fn main() {}
