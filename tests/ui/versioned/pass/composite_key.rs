//! A primary key of several columns, of which one is text, and renamed ones.

use diesel::prelude::*;
use idem_diesel::{Expected, Versioned};

diesel::table! {
    stock (shop, sku) {
        shop -> Integer,
        sku -> Text,
        amount -> Integer,
        #[sql_name = "row version"]
        row_version -> BigInt,
    }
}

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = stock, primary_key(shop, sku))]
#[versioned(column = row_version)]
struct InStock {
    #[diesel(column_name = shop)]
    place: i32,
    sku: String,
    amount: i32,
    #[diesel(column_name = row_version)]
    version: i64,
}

#[test]
fn a_row_is_found_by_all_of_it() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    let table = "CREATE TABLE stock (shop INTEGER NOT NULL, sku TEXT NOT NULL, amount INTEGER NOT \
                 NULL, \"row version\" BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (shop, sku))";
    diesel::sql_query(table).execute(conn).unwrap();
    for shop in [1, 2] {
        let new = (
            stock::shop.eq(shop),
            stock::sku.eq("tea"),
            stock::amount.eq(5),
        );
        diesel::insert_into(stock::table)
            .values(new)
            .execute(conn)
            .unwrap();
    }
    let tea: InStock = stock::table
        .find((2, "tea"))
        .select(InStock::as_select())
        .first(conn)
        .unwrap();
    let tea = tea
        .update_versioned(conn, stock::amount.eq(4))
        .unwrap()
        .into_inner();
    assert_eq!(
        (tea.place, &*tea.sku, tea.amount, tea.version),
        (2, "tea", 4, 1)
    );
    let changes = stock::amount.eq(3);
    let tea = InStock::update_expecting(conn, (1, "tea"), Expected::Exactly(0), changes).unwrap();
    assert_eq!(tea.into_inner().amount, 3);
}
