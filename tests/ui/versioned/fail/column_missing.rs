//! A version is kept in some column.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
}

fn main() {}
