//! A mistake in the derive is one message, however often the model is used.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::transition;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
#[stateful(column = shipped_by)]
struct Order {
    id: i32,
    shipped_by: Option<String>,
}

fn change(conn: &mut SqliteConnection) {
    let _ = transition::<Order>(1)
        .from(["new"])
        .to("shipped")
        .execute(conn);
}

fn main() {}
