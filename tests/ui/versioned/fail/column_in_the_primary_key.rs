//! A version changes, a primary key doesn't.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(primary_key(id, lock_version))]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
