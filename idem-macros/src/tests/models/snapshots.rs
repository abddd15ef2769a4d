//! One expansion for each shape of model, kept with the others. Set `BLESS=1` to write them anew.

use super::super::snapshots::compare;
use super::{SOFT_DELETE, STATEFUL, VERSIONED, derive};

/// One test for each shape, named after it.
macro_rules! shapes {
    ($($name:ident($derive:ident, $item:literal);)*) => {$(
        #[test]
        fn $name() {
            compare(stringify!($name), derive($derive, $item));
        }
    )*};
}

shapes! {
    versioned(VERSIONED, "
        struct Product { id: i32, price: i32, lock_version: i32 }
    ");
    versioned_every_option(VERSIONED, "
        #[diesel(table_name = shop::products, primary_key(sku))]
        #[versioned(column = row_version, strategy = increment)]
        #[versioned(null = -1, crate = my::idem)]
        pub struct Product { sku: String, #[diesel(column_name = row_version)] version: i64 }
    ");
    versioned_by_uuid(VERSIONED, "
        #[versioned(strategy = uuid)]
        struct Product { id: i32, lock_version: uuid::Uuid }
    ");
    versioned_by_timestamp(VERSIONED, "
        #[versioned(column = updated_at, strategy = timestamp)]
        struct Product { id: i32, updated_at: chrono::DateTime<Utc> }
    ");
    versioned_beside_soft_delete(VERSIONED, "
        #[versioned(column = revision)]
        #[soft_delete(by = deleted_by)]
        #[stateful]
        struct Product { id: i32, revision: i32, deleted_at: Option<NaiveDateTime>, state: State }
    ");
    versioned_of_raw_names(VERSIONED, r#"
        #[versioned(column = r#type)]
        struct HTTPRequest { id: i32, #[diesel(column_name = "type")] version: i32 }
    "#);
    soft_delete(SOFT_DELETE, "
        struct Product { id: i32, deleted_at: Option<NaiveDateTime> }
    ");
    soft_delete_every_option(SOFT_DELETE, "
        #[diesel(table_name = products)]
        #[soft_delete(column = removed_at, by = removed_by, reason = why, crate = my::idem)]
        struct Item { id: i32, #[diesel(column_name = removed_at)] removed: Option<SystemTime> }
    ");
    stateful(STATEFUL, "
        struct Order { id: i32, state: OrderState }
    ");
    stateful_every_option(STATEFUL, "
        #[diesel(table_name = purchases, primary_key(shop, number))]
        #[stateful(column = status, crate = my::idem)]
        struct Order { #[diesel(column_name = number)] id: i64, shop: Uuid, #[diesel(column_name = status)] state: purchase::State<u8> }
    ");
}

/// A stub that calls of the derived methods compile with.
#[test]
fn a_column_that_is_missing_is_stood_in_for() {
    let (emitted, errors) = derive(VERSIONED, "struct Product { id: i32 }");
    assert_eq!(errors.len(), 1);
    compare("versioned_without_column", (emitted, Vec::new()));
}
