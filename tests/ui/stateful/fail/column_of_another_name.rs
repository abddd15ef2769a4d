//! A column of another name is named.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    #[diesel(column_name = shipped_by)]
    status: String,
}

fn main() {}
