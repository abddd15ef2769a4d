//! A row is found by its primary key.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
#[diesel(primary_key(number))]
struct Order {
    id: i32,
    state: String,
}

fn main() {}
