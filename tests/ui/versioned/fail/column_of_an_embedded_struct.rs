//! The version is a field of the model itself.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    #[diesel(embed)]
    versions: Versions,
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = products)]
struct Versions {
    lock_version: i32,
}

fn main() {}
