//! The column is named, not the field.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = version)]
struct Product {
    id: i32,
    price: i32,
    #[diesel(column_name = lock_version)]
    version: i32,
}

fn main() {}
