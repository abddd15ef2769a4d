//! Numbers of each size.

use diesel::prelude::*;
use idem_diesel::{HasVersion, Versioned, WriteError};

macro_rules! sizes {
    ($($name:ident: $sql:ident, $field:ty;)*) => {$(
        mod $name {
            use diesel::prelude::*;
            use idem_diesel::Versioned;

            diesel::table! { items { id -> Integer, lock_version -> $sql, } }

            #[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
            pub(super) struct Item {
                pub(super) id: i32,
                pub(super) lock_version: $field,
            }
        }
    )*};
}

sizes! {
    small: SmallInt, i16;
    regular: Integer, i32;
    big: BigInt, i64;
}

diesel::table! {
    items {
        id -> Integer,
        price -> Integer,
        lock_version -> Integer,
    }
}

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Item {
    id: i32,
    price: i32,
    lock_version: i32,
}

#[test]
fn the_first_to_write_wins() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    let table = "CREATE TABLE items (id INTEGER PRIMARY KEY, price INTEGER NOT NULL, \
                 lock_version INTEGER NOT NULL DEFAULT 7)";
    diesel::sql_query(table).execute(conn).unwrap();
    let new = (items::id.eq(1), items::price.eq(100));
    diesel::insert_into(items::table)
        .values(new)
        .execute(conn)
        .unwrap();
    let mine: Item = items::table.select(Item::as_select()).first(conn).unwrap();
    let yours = mine.clone();
    let mine = mine
        .update_versioned(conn, items::price.eq(110))
        .unwrap()
        .into_inner();
    assert_eq!((mine.id, mine.price, *mine.version()), (1, 110, 8));
    let lost = yours.update_versioned(conn, items::price.eq(90));
    assert!(matches!(lost, Err(WriteError::Conflict { current, .. }) if current.price == 110));
}

#[test]
fn each_has_its_type() {
    let version: i16 = *small::Item {
        id: 1,
        lock_version: 2,
    }
    .version();
    assert_eq!(version, 2);
    let version: i32 = *regular::Item {
        id: 1,
        lock_version: 2,
    }
    .version();
    assert_eq!(version, 2);
    let item = big::Item {
        id: 1,
        lock_version: 2,
    };
    let version: i64 = *item.version();
    assert_eq!((version, item.id), (2, 1));
}
