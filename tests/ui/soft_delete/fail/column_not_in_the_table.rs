//! The column is one of the table's.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(column = removed_at)]
struct Product {
    id: i32,
    removed_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
