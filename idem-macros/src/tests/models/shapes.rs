//! What is wrong with the struct, or with which of its fields is meant.

use super::{SOFT_DELETE, STATEFUL, VERSIONED, derive, hopeless, wrong};

#[test]
fn only_structs_with_named_fields_are_rows() {
    let only = "`#[derive(Versioned)]` goes on the struct that rows are read into, and this is";
    let of_enum = format!("{only} an `enum`");
    hopeless(VERSIONED, "enum Product { A }", &[(&of_enum, "enum")]);
    let of_union = format!("{only} a `union`");
    hopeless(
        VERSIONED,
        "union Product { a: i32 }",
        &[(&of_union, "union")],
    );
    let form = "columns are found by the names of fields: write `struct Product { lock_version: \
        i32, … }`";
    hopeless(
        VERSIONED,
        "struct Product(i32, i32);",
        &[(form, "(i32, i32)")],
    );
    let unit = "there is no field in it: write `struct Order { state: OrderState, … }`";
    hopeless(STATEFUL, "struct Order;", &[(unit, "Order")]);
}

#[test]
fn a_row_has_no_parameters() {
    let borrows = "a row that was read borrows from nothing: own the data, as with `String` for \
        `&str`, and remove the lifetime";
    let item = "struct P<'a> { name: &'a str, lock_version: i32 }";
    hopeless(VERSIONED, item, &[(borrows, "<'a>")]);
    let types = "the types of a row are those of its table's columns: remove the parameters, and \
        write a struct for each table";
    hopeless(STATEFUL, "struct P<S> { state: S }", &[(types, "<S>")]);
    let item = "struct P<const N: usize> { deleted_at: Option<T> }";
    hopeless(SOFT_DELETE, item, &[(types, "<const N: usize>")]);
}

#[test]
fn a_default_that_is_missing_is_explained() {
    let held = "no field is the column `lock_version`, which holds the version unless another one is \
        named: ";
    let none = format!("{held}add `lock_version: i32`, or write `#[versioned(column = …)]`");
    wrong(
        VERSIONED,
        "struct Product { id: i32 }",
        &[(&none, "Product")],
    );
    let near = format!("{held}write `#[versioned(column = lock_versoin)]`");
    wrong(
        VERSIONED,
        "struct Product { id: i32, lock_versoin: i32 }",
        &[(&near, "Product")],
    );
    let alias = format!("{held}write `#[versioned(column = version)]`");
    wrong(
        VERSIONED,
        "struct Product { id: i32, version: i32 }",
        &[(&alias, "Product")],
    );
    let status = "no field is the column `state`, which holds the state unless another one is \
        named: write `#[stateful(column = status)]`";
    wrong(
        STATEFUL,
        "struct Order { id: i32, status: S }",
        &[(status, "Order")],
    );
    let field = "no field is the column `state`, which holds the state unless another one is named: \
        write `#[stateful(column = at)]`";
    let item = "struct Order { id: i32, #[diesel(column_name = at)] status: S }";
    wrong(STATEFUL, item, &[(field, "Order")]);
    let embeds = "no field is the column `deleted_at`, which holds the time of deletion unless \
        another one is named: add `deleted_at: Option<NaiveDateTime>`, or write \
        `#[soft_delete(column = …)]`. A field with `#[diesel(embed)]` is not looked into";
    let item = "struct P { id: i32, #[diesel(embed)] deleted_at: Times }";
    wrong(SOFT_DELETE, item, &[(embeds, "P")]);
}

#[test]
fn a_column_that_is_no_field_lists_those_that_are() {
    let near =
        "no field is the column `verison`: did you mean `version`? There are `id`, `version`";
    let item = "#[versioned(column = verison)] struct P { id: i32, version: i32 }";
    wrong(VERSIONED, item, &[(near, "verison")]);
    let far = "no field is the column `x`: there are `id`, `version`";
    let item = "#[versioned(column = x)] struct P { id: i32, version: i32 }";
    wrong(VERSIONED, item, &[(far, "x")]);
    let renamed = "the column of the field `version` is `lock`: write `column = lock`";
    let item =
        "#[versioned(column = version)] struct P { #[diesel(column_name = lock)] version: i32 }";
    wrong(VERSIONED, item, &[(renamed, "version")]);
}

#[test]
fn the_primary_key_stays_as_it_is() {
    let id = "`id` is in the primary key, which stays as it is for as long as there is the row: keep \
        the version in a column of its own";
    wrong(
        VERSIONED,
        "#[versioned(column = id)] struct P { id: i32 }",
        &[(id, "id")],
    );
    let named = "`lock_version` is in the primary key, which stays as it is for as long as there is \
        the row: keep the version in a column of its own";
    let item = "#[diesel(primary_key(sku, lock_version))] struct P { sku: i32, lock_version: i32 }";
    wrong(VERSIONED, item, &[(named, "lock_version")]);
    let state = "`state` is in the primary key, which stays as it is for as long as there is the row: \
        keep the state in a column of its own";
    let item = "#[diesel(primary_key(state))] #[stateful(column = state)] struct P { state: S }";
    wrong(STATEFUL, item, &[(state, "state")]);
    let item =
        "#[diesel(primary_key(sku))] #[versioned(column = id)] struct P { sku: i8, id: i32 }";
    wrong(VERSIONED, item, &[]);
}

#[test]
fn the_key_of_a_transition_is_a_field() {
    let id = "no field is the column `id`, which is the primary key unless another one is named: add \
        it, or write `#[diesel(primary_key(…))]`";
    hopeless(
        STATEFUL,
        "struct Order { number: i32, state: S }",
        &[(id, "Order")],
    );
    let named =
        "no field is the column `nmber`: did you mean `number`? There are `number`, `state`";
    let item = "#[diesel(primary_key(nmber))] struct Order { number: i32, state: S }";
    hopeless(STATEFUL, item, &[(named, "nmber")]);
}

#[test]
fn one_derive_of_two_reports_that_they_share_a_column() {
    let shared = "`x` is a column of `Versioned` and of `SoftDelete`: give each its own";
    let item = "#[versioned(column = x)] #[soft_delete(column = deleted_at, by = x)]
        struct P { x: i32, deleted_at: Option<T> }";
    wrong(VERSIONED, item, &[(shared, "x")]);
    wrong(SOFT_DELETE, item, &[]);
    let shared = "`deleted_at` is a column of `SoftDelete` and of `Versioned`: give each its own";
    let item = "#[versioned(column = deleted_at)] struct P { deleted_at: Option<T> }";
    wrong(SOFT_DELETE, item, &[(shared, "deleted_at")]);
    let shared = "`lock_version` is a column of `Versioned` and of `Stateful`: give each its own";
    let item = "#[stateful(column = lock_version)] struct P { id: i32, lock_version: i32 }";
    wrong(VERSIONED, item, &[(shared, "lock_version")]);
    wrong(STATEFUL, item, &[]);
    let item = "#[versioned(column = deleted_at)] struct P { deleted_at: NaiveDateTime }";
    let shared = "`deleted_at` is a column of `SoftDelete` and of `Versioned`: give each its own";
    wrong(SOFT_DELETE, item, &[(shared, "deleted_at")]);
    let shared = "`s` is a column of `SoftDelete` and of `Stateful`: give each its own";
    let item = "#[stateful(column = s)] #[soft_delete(column = s)] struct P { s: Option<T> }";
    wrong(SOFT_DELETE, item, &[(shared, "s")]);
}

#[test]
fn what_diesel_reports_is_left_to_diesel() {
    for attribute in [
        "table_name",
        "table_name = 3",
        "column_name(",
        "primary_key = x",
        "\"x\"",
    ] {
        let Ok(_) = attribute.parse::<proc_macro2::TokenStream>() else {
            continue;
        };
        let item = format!("#[diesel({attribute})] struct P {{ lock_version: i32 }}");
        let (_, found) = derive(VERSIONED, &item);
        assert_eq!(found, [], "{attribute}");
    }
}
