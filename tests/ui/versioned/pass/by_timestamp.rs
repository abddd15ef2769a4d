//! The time of the last write.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use idem_diesel::{Versioned, WriteError};
use idem_ui::schema::products;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = edited_at, strategy = timestamp)]
struct Product {
    id: i32,
    price: i32,
    edited_at: NaiveDateTime,
}

#[test]
fn the_first_to_write_wins() {
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
    assert_eq!((new.id, new.price), (1, 110));
    assert!(new.edited_at > old.edited_at);
    let lost = old.update_versioned(conn, products::price.eq(90));
    assert!(matches!(lost, Err(WriteError::Conflict { .. })), "{lost:?}");
}
