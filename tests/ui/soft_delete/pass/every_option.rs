//! All options at once, with columns that no field is for.

use diesel::prelude::*;
use idem_ui::schema;

mod toolbox {
    pub(super) use idem_diesel as safe;
}

use toolbox::safe::{By, SoftDelete, SoftDeleted};

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
#[diesel(table_name = schema::products)]
#[soft_delete(column = deleted_at, by = deleted_by)]
#[soft_delete(reason = delete_reason, crate = toolbox::safe)]
struct Item {
    id: i32,
    #[diesel(column_name = deleted_at)]
    gone: Option<chrono::NaiveDateTime>,
}

#[test]
fn who_and_why_is_kept() {
    use schema::products;
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query(schema::PRODUCTS).execute(conn).unwrap();
    diesel::insert_into(products::table)
        .default_values()
        .execute(conn)
        .unwrap();
    let item: Item = products::table
        .select(Item::as_select())
        .first(conn)
        .unwrap();
    assert_eq!((item.id, item.gone), (1, None));
    let deleted = item.soft_delete_as(conn, By(42).because("sold out"));
    assert_eq!(deleted.unwrap(), SoftDeleted::Deleted);
    let marks = products::table.select((products::deleted_by, products::delete_reason));
    let marks: (Option<i32>, Option<String>) = marks.first(conn).unwrap();
    assert_eq!(marks, (Some(42), Some("sold out".to_owned())));
}
