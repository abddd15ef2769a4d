//! Two derives share no column.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_diesel::Versioned;

diesel::table! {
    products {
        id -> Integer,
        deleted_at -> Timestamp,
    }
}

#[derive(Clone, Identifiable, Queryable, Selectable, SoftDelete, Versioned)]
#[versioned(column = deleted_at, strategy = timestamp)]
struct Product {
    id: i32,
    deleted_at: chrono::NaiveDateTime,
}

fn main() {}
