//! What is wrong between the attribute's parentheses.

use super::{SOFT_DELETE, STATEFUL, VERSIONED, derive, hopeless, wrong};

/// A product with these options, which nothing else is wrong with.
fn product(options: &str) -> String {
    format!(
        "#[versioned({options})] struct Product {{ id: i32, lock_version: i32, deleted_at: \
         Option<NaiveDateTime>, state: State }}"
    )
}

#[track_caller]
fn options(options: &str, expected: &[(&str, &str)]) {
    wrong(VERSIONED, &product(options), expected);
}

#[test]
fn an_unknown_one_lists_all_and_suggests_the_nearest() {
    let near = "unknown option `colum`: did you mean `column`? There are `column`, `strategy`, \
        `null`, `crate`";
    options("colum = lock_version", &[(near, "colum")]);
    let deleted = "unknown option `author`: there are `column`, `by`, `reason`, `crate`";
    let item = "#[soft_delete(author = deleted_by)] struct P { deleted_at: Option<NaiveDateTime> }";
    wrong(SOFT_DELETE, item, &[(deleted, "author")]);
    let state = "unknown option `from`: there are `column`, `crate`";
    wrong(
        STATEFUL,
        "#[stateful(from = New)] struct P { id: i32, state: S }",
        &[(state, "from")],
    );
}

#[test]
fn an_unknown_strategy_suggests_the_nearest() {
    options(
        "strategy = incremental",
        &[(
            "unknown strategy `incremental`: did you mean `increment`? There are `increment`, `uuid`, \
             `timestamp`: write `strategy = increment`, `strategy = uuid` or `strategy = timestamp`",
            "incremental",
        )],
    );
}

#[test]
fn a_second_time_points_at_both() {
    let help = "`column` is given twice: keep one";
    options(
        "column = lock_version, column = version",
        &[(help, "column = lock_version, column")],
    );
    let (_, found) = derive(
        SOFT_DELETE,
        "#[soft_delete(by = a)] #[soft_delete(by = b)] struct P { deleted_at: Option<T> }",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "`by` is given twice: keep one");
}

#[test]
fn a_malformed_one_shows_the_form() {
    for (args, message, place) in [
        (
            "column = \"lock_version\"",
            "a column is named without quotes: write `column = lock_version`",
            "\"lock_version\"",
        ),
        (
            "column = \"lock version\"",
            "a column is named without quotes: write `column = lock_version`",
            "\"lock version\"",
        ),
        (
            "column = products::lock_version",
            "the table is the model's: write `column = lock_version`",
            "products::lock_version",
        ),
        (
            "column",
            "a value is missing: write `column = lock_version`",
            "column",
        ),
        (
            "column(lock_version)",
            "expected `=`: write `column = lock_version`",
            "(",
        ),
        (
            "column = 3",
            "expected identifier: write `column = lock_version`",
            "3",
        ),
        (
            "strategy = \"uuid\"",
            "expected the name of a strategy: write `strategy = increment`, `strategy = uuid` or `strategy = \
             timestamp`",
            "\"uuid\"",
        ),
        (
            "null = \"0\"",
            "expected a whole number: write `null = 0`",
            "\"0\"",
        ),
        (
            "null = 0.5",
            "expected a whole number: write `null = 0`",
            "0.5",
        ),
        (
            "null = 1_u8",
            "expected a whole number: write `null = 0`",
            "1_u8",
        ),
        (
            "null = None",
            "expected a whole number: write `null = 0`",
            "None",
        ),
        (
            "crate = \"idem\"",
            "expected identifier: write `crate = path::to::idem_diesel`",
            "\"idem\"",
        ),
    ] {
        options(args, &[(message, place)]);
    }
}

#[test]
fn what_has_no_name_is_asked_for_it() {
    let help = "expected an option by its name, as in `column = lock_version`";
    options("\"lock_version\"", &[(help, "\"lock_version\"")]);
}

#[test]
fn options_outside_of_parentheses_are_shown_the_form() {
    wrong(
        VERSIONED,
        "#[versioned = \"lock_version\"] struct Product { id: i32, lock_version: i32 }",
        &[(
            "options go in parentheses: write `#[versioned(column = lock_version)]`",
            "#[versioned = \"lock_version\"]",
        )],
    );
}

#[test]
fn on_a_field_the_struct_is_pointed_to() {
    wrong(
        VERSIONED,
        "struct Product { id: i32, #[versioned] revision: i32 }",
        &[(
            "this goes above the struct: write `#[versioned(column = revision)]` there",
            "#[versioned]",
        )],
    );
    wrong(
        SOFT_DELETE,
        "struct P { #[soft_delete(column = at)] #[diesel(column_name = gone)] at: Option<T> }",
        &[(
            "this goes above the struct: write `#[soft_delete(column = gone)]` there",
            "#[soft_delete(column = at)]",
        )],
    );
}

#[test]
fn null_goes_with_numbers() {
    let help = "`null` is for versions that are raised by one, and this one's strategy is `uuid`: \
        leave it out, and fill the column of old rows";
    let item = "#[versioned(strategy = uuid, null = 0)] struct P { lock_version: Uuid }";
    wrong(VERSIONED, item, &[(help, "null")]);
}

#[test]
fn null_fits_into_the_field() {
    let help = "an `i16` is from -32768 to 32767: write `null = 0`";
    let item = "#[versioned(null = 70000)] struct P { lock_version: i16 }";
    wrong(VERSIONED, item, &[(help, "70000")]);
    let item = "#[versioned(null = -32768)] struct P { lock_version: i16 }";
    wrong(VERSIONED, item, &[]);
}

#[test]
fn all_are_reported_together() {
    let (_, found) = derive(
        VERSIONED,
        "#[versioned(strategy = no, null = x, colour)] struct P<'a> { name: &'a str }",
    );
    assert_eq!(found.len(), 4, "{found:?}");
    let item = "#[soft_delete(colour)] enum P {}";
    let (_, found) = derive(SOFT_DELETE, item);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn columns_of_a_deletion_differ() {
    let by = "`deleted_at` already says when a row was deleted: name another column for by whom";
    let item = "#[soft_delete(by = deleted_at)] struct P { deleted_at: Option<T> }";
    wrong(SOFT_DELETE, item, &[(by, "deleted_at")]);
    let why = "`note` already says by whom a row was deleted: name another column for why";
    let item = "#[soft_delete(by = note, reason = note)] struct P { deleted_at: Option<T> }";
    wrong(SOFT_DELETE, item, &[(why, "note")]);
    let key = "`id` is in the primary key, and a restore empties this column: name another one for \
        by whom";
    let item = "#[soft_delete(by = id)] struct P { deleted_at: Option<T> }";
    wrong(SOFT_DELETE, item, &[(key, "id")]);
}

#[test]
fn an_item_that_is_no_struct_keeps_its_options_messages_apart() {
    let help = "`#[derive(Stateful)]` goes on the struct that rows are read into, and this is an \
        `enum`";
    hopeless(STATEFUL, "enum State { New }", &[(help, "enum")]);
}
