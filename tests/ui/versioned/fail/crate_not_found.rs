//! `crate` is where the library is found.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(crate = ::elsewhere)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

fn main() {}
