//! A row is found by its primary key.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::transition;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    state: String,
}

fn change(conn: &mut SqliteConnection) {
    let _ = transition::<Order>("1")
        .from(["new"])
        .to("shipped")
        .execute(conn);
}

fn main() {}
