//! The attribute goes above the struct.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    #[stateful]
    state: String,
}

fn main() {}
