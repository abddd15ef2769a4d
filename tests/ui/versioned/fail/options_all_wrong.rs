//! All mistakes are reported together.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(colour = red, strategy = uid, null = zero)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
