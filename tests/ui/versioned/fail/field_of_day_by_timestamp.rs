//! A day is too coarse for a version.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = edited_on, strategy = timestamp)]
struct Product {
    id: i32,
    price: i32,
    edited_on: chrono::NaiveDate,
}

fn main() {}
