//! Every row has a version.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = old_version)]
struct Product {
    id: i32,
    price: i32,
    old_version: Option<i32>,
}

fn main() {}
