//! The attribute goes above the struct.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    #[soft_delete]
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
