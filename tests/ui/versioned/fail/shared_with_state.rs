//! Two derives share no column.

use diesel::prelude::*;
use idem_diesel::Stateful;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Stateful, Versioned)]
#[stateful(column = lock_version)]
struct Product {
    id: i32,
    lock_version: i32,
}

fn main() {}
