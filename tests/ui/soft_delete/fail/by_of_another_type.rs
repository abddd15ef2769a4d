//! Who deletes is of the column's type.

use diesel::prelude::*;
use idem_diesel::By;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.soft_delete_as(conn, By("ann"));
}

fn main() {}
