//! A miss is looked into, so rows have to be read.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.soft_delete(conn);
}

fn main() {}
