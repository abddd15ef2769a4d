//! An async connection takes the methods that end in `_async`.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::AsyncSqlite;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn change(conn: &mut AsyncSqlite, product: &Product) {
    let _ = product.soft_delete(conn);
}

fn main() {}
