//! A reason needs a column.

use diesel::prelude::*;
use idem_diesel::Because;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.soft_delete_as(conn, Because("sold out"));
}

fn main() {}
