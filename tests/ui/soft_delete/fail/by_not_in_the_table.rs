//! Who deleted is kept in a column of the table.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deletor)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
