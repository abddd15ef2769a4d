//! All three derives on one model, which heed each other.

use diesel::prelude::*;
use idem_diesel::{SoftDelete, SoftDeleted, Stateful, Versioned, WriteError, transition};
use idem_ui::schema::products;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned, SoftDelete, Stateful)]
#[versioned(column = lock_version)]
#[soft_delete(column = deleted_at, by = deleted_by)]
#[stateful(column = state)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
    state: String,
}

#[test]
fn each_raises_the_version() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query(idem_ui::schema::PRODUCTS)
        .execute(conn)
        .unwrap();
    diesel::insert_into(products::table)
        .default_values()
        .execute(conn)
        .unwrap();
    let moved = transition::<Product>(1)
        .from(["new"])
        .to("sold")
        .execute(conn)
        .unwrap();
    let sold = moved.into_inner();
    assert_eq!((sold.id, sold.lock_version, &*sold.state), (1, 1, "sold"));
    let priced = sold
        .update_versioned(conn, products::price.eq(5))
        .unwrap()
        .into_inner();
    assert_eq!((priced.lock_version, priced.price), (2, 5));
    assert_eq!(priced.soft_delete(conn).unwrap(), SoftDeleted::Deleted);
    let stale = priced.update_versioned(conn, products::price.eq(6));
    let Err(WriteError::Deleted { current }) = stale else {
        panic!("{stale:?}")
    };
    assert!(current.lock_version == 3 && current.deleted_at.is_some());
}
