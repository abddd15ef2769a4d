//! The version is raised by the library alone.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::Versioned;
use idem_diesel::transition;
use idem_ui::schema::orders;

#[derive(Identifiable, Queryable, Selectable, Stateful, Versioned)]
struct Order {
    id: i32,
    lock_version: i32,
    state: String,
}

fn change(conn: &mut SqliteConnection) {
    let order = transition::<Order>(1).from(["new"]).to("shipped");
    let _ = order.set(orders::lock_version.eq(5)).execute(conn);
}

fn main() {}
