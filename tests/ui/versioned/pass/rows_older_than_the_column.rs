//! A column that is NULL in old rows.

use diesel::prelude::*;
use idem_diesel::{NullAsZero, Versioned, WriteError};
use idem_ui::schema::products;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = old_version, null = 0)]
struct Product {
    id: i32,
    price: i32,
    #[diesel(deserialize_as = NullAsZero<i32>)]
    old_version: i32,
}

#[test]
fn null_is_a_version_once() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query(idem_ui::schema::PRODUCTS)
        .execute(conn)
        .unwrap();
    diesel::insert_into(products::table)
        .default_values()
        .execute(conn)
        .unwrap();
    let old: Product = products::table
        .select(Product::as_select())
        .first(conn)
        .unwrap();
    let new = old
        .update_versioned(conn, products::price.eq(110))
        .unwrap()
        .into_inner();
    assert_eq!((new.id, new.price, new.old_version), (1, 110, 1));
    let lost = old.update_versioned(conn, products::price.eq(90));
    assert!(matches!(lost, Err(WriteError::Conflict { .. })), "{lost:?}");
}
