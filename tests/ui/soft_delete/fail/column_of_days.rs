//! A day is too coarse to purge by.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(column = deleted_on)]
struct Product {
    id: i32,
    deleted_on: Option<chrono::NaiveDateTime>,
}

fn main() {}
