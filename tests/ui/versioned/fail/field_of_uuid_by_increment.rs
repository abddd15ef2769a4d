//! A UUID isn't raised by one.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = tag)]
struct Product {
    id: i32,
    price: i32,
    tag: uuid::Uuid,
}

fn main() {}
