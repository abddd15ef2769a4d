//! All options at once, and the library under another path.

use diesel::prelude::*;
use idem_ui::schema;

mod toolbox {
    pub(super) use idem_diesel as safe;
}

use toolbox::safe::Versioned;

/// In several attributes, as `cfg_attr` may leave them.
#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::products)]
#[versioned(column = lock_version)]
#[versioned(strategy = increment, crate = toolbox::safe)]
#[versioned]
struct Item {
    id: i32,
    #[diesel(column_name = lock_version)]
    seen: i32,
}

#[test]
fn it_is_versioned() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query(schema::PRODUCTS).execute(conn).unwrap();
    diesel::insert_into(schema::products::table)
        .default_values()
        .execute(conn)
        .unwrap();
    let item: Item = schema::products::table
        .select(Item::as_select())
        .first(conn)
        .unwrap();
    let item = item.force_increment(conn).unwrap();
    assert_eq!((item.id, item.seen), (1, 1));
}
