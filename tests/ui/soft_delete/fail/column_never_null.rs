//! Live rows have NULL.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(column = edited_at)]
struct Product {
    id: i32,
    edited_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
