//! UUIDs: as text, as bytes, and as a type of the database.

use diesel::prelude::*;
use idem_diesel::{HasVersion, Versioned, WriteError};
use idem_ui::schema::products;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = tag, strategy = uuid)]
struct Product {
    id: i32,
    price: i32,
    tag: String,
}

mod on_postgres {
    use diesel::prelude::*;
    use idem_diesel::Versioned;

    diesel::table! { items { id -> Integer, lock_version -> Uuid, } }

    #[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
    #[versioned(strategy = uuid)]
    pub(super) struct Item {
        pub(super) id: i32,
        pub(super) lock_version: uuid::Uuid,
    }
}

mod as_bytes {
    use diesel::prelude::*;
    use idem_diesel::Versioned;

    diesel::table! { items { id -> Integer, lock_version -> Binary, } }

    #[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
    #[versioned(strategy = uuid)]
    pub(super) struct Item {
        pub(super) id: i32,
        pub(super) lock_version: Vec<u8>,
    }
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
    assert!(uuid::Uuid::try_parse(new.version()).is_ok(), "{new:?}");
    let lost = old.update_versioned(conn, products::price.eq(90));
    assert!(matches!(lost, Err(WriteError::Conflict { .. })), "{lost:?}");
}

#[test]
fn each_has_its_type() {
    let tag = uuid::Uuid::nil();
    let item = on_postgres::Item {
        id: 1,
        lock_version: tag,
    };
    assert_eq!((item.id, *item.version()), (1, tag));
    let item = as_bytes::Item {
        id: 1,
        lock_version: tag.as_bytes().to_vec(),
    };
    assert_eq!((item.id, &item.version()[..]), (1, &tag.as_bytes()[..]));
}
