//! New rows have no version yet.

use diesel::prelude::*;
use idem_diesel::Versioned;
use idem_ui::schema::products;

#[derive(Insertable, Versioned)]
#[diesel(table_name = products)]
struct NewProduct<'a> {
    name: &'a str,
    price: i32,
}

fn main() {}
