//! The time of deletion is kept in some column.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    price: i32,
}

fn main() {}
