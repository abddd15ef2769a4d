//! When, and nothing else.

use diesel::prelude::*;
use idem_diesel::{Restored, SoftDeletable, SoftDelete, SoftDeleted};
use idem_ui::schema::products;

#[derive(Debug, Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[test]
fn it_is_deleted_once() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query(idem_ui::schema::PRODUCTS)
        .execute(conn)
        .unwrap();
    diesel::insert_into(products::table)
        .default_values()
        .execute(conn)
        .unwrap();
    let product: Product = Product::kept()
        .select(Product::as_select())
        .first(conn)
        .unwrap();
    assert!(!product.is_deleted());
    assert_eq!(product.soft_delete(conn).unwrap(), SoftDeleted::Deleted);
    assert_eq!(
        product.soft_delete(conn).unwrap(),
        SoftDeleted::AlreadyDeleted
    );
    let deleted = Product::only_deleted().select(Product::as_select());
    let deleted: Product = deleted.first(conn).unwrap();
    assert!(deleted.is_deleted() && deleted.deleted_at.is_some());
    assert_eq!(deleted.restore(conn).unwrap(), Restored::Restored);
    assert_eq!(
        (deleted.id, Product::kept().count().first(conn)),
        (1, Ok(1_i64))
    );
}
