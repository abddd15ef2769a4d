//! Two derives share no column.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_diesel::Stateful;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete, Stateful)]
#[soft_delete(reason = state)]
#[stateful]
struct Product {
    id: i32,
    state: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
