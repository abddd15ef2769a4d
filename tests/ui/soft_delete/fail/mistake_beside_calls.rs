//! A mistake in the derive is one message, however often the model is used.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_on: Option<chrono::NaiveDate>,
}

fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.soft_delete(conn);
    let _ = Product::kept().count().get_result::<i64>(conn);
    let _ = product.restore(conn);
}

fn main() {}
