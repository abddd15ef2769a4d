//! An option that isn't one.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
#[stateful(from = New)]
struct Order {
    id: i32,
    state: String,
}

fn main() {}
