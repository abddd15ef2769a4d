//! The column is one of the table's.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
#[stateful(column = status)]
struct Order {
    id: i32,
    status: String,
}

fn main() {}
