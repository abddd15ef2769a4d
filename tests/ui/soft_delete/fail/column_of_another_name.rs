//! A column of another name is named.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    deleted_on: Option<chrono::NaiveDateTime>,
}

fn main() {}
