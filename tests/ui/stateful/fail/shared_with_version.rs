//! Two derives share no column.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::Versioned;
use idem_ui::schema::orders;

#[derive(Clone, Identifiable, Queryable, Selectable, Stateful, Versioned)]
#[versioned(column = state, strategy = uuid)]
struct Order {
    id: i32,
    state: String,
}

fn main() {}
