//! A restore empties the column.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(reason = name)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
