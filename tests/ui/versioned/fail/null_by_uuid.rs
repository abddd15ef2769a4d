//! Only a number can stand for NULL.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = tag, strategy = uuid, null = 0)]
struct Product {
    id: i32,
    price: i32,
    tag: String,
}

fn main() {}
