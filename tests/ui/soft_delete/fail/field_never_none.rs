//! Live rows have NULL.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    deleted_at: chrono::NaiveDateTime,
}

fn main() {}
