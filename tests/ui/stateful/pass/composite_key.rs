//! A primary key of several columns.

use diesel::prelude::*;
use idem_diesel::{Stateful, transition};

diesel::table! {
    orders (shop, number) {
        shop -> Text,
        number -> Integer,
        state -> Integer,
    }
}

#[derive(Debug, Identifiable, Queryable, Selectable, Stateful)]
#[diesel(primary_key(shop, number))]
struct Order {
    #[diesel(column_name = number)]
    id: i32,
    shop: String,
    state: i32,
}

#[test]
fn a_row_is_found_by_all_of_it() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    let table = "CREATE TABLE orders (shop TEXT NOT NULL, number INTEGER NOT NULL, \
                 state INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (shop, number))";
    diesel::sql_query(table).execute(conn).unwrap();
    let new = (orders::shop.eq("tea"), orders::number.eq(5));
    diesel::insert_into(orders::table)
        .values(new)
        .execute(conn)
        .unwrap();
    let order = transition::<Order>(("tea".to_owned(), 5))
        .from([0])
        .to(1)
        .execute(conn);
    let order = order.unwrap().into_inner();
    assert_eq!((order.id, &*order.shop, order.state), (5, "tea", 1));
}
