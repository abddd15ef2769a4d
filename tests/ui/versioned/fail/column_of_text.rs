//! A number is raised, not text.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = tag)]
struct Product {
    id: i32,
    price: i32,
    tag: i32,
}

fn main() {}
