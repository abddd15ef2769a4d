//! States are compared, copied and named in errors.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_ui::schema::orders;

#[derive(Identifiable, Stateful)]
struct Order {
    id: i32,
    state: State,
}

#[derive(Debug, Clone)]
struct State(String);

fn main() {}
