//! Side columns are of the model's table.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::transition;
use idem_ui::schema::orders;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    state: String,
}

fn change(conn: &mut SqliteConnection) {
    let order = transition::<Order>(1).from(["new"]).to("shipped");
    let _ = order.set(products::price.eq(5)).execute(conn);
}

fn main() {}
