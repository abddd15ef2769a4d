//! Two derives share no column.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, SoftDelete, Versioned)]
#[versioned(column = lock_version)]
#[soft_delete(by = lock_version)]
struct Product {
    id: i32,
    lock_version: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
