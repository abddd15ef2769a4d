//! By whom and when are two columns.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_at)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
