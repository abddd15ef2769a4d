//! The column is one of the table's.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = revision)]
struct Product {
    id: i32,
    price: i32,
    revision: i32,
}

fn main() {}
