//! A state is one that Diesel stores in its column.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::transition;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    state: i32,
}

fn change(conn: &mut SqliteConnection) {
    let _ = transition::<Order>(1).from([1]).to(2).execute(conn);
}

fn main() {}
