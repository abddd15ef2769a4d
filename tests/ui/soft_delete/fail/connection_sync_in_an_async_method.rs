//! A sync connection takes the methods without `_async`.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

async fn change(conn: &mut SqliteConnection, product: &Product) {
    let _ = product.restore_async(conn).await;
}

fn main() {}
