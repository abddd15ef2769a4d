//! Fields of types that can't be what they are meant to be.

use super::{SOFT_DELETE, STATEFUL, VERSIONED, derive, wrong};

#[test]
fn a_version_is_there() {
    let numbers = "every row has a version: make the column NOT NULL with a default, and write \
        `lock_version: i32`. Where old rows have NULL, keep the column nullable, write \
        `lock_version: i32` with `#[diesel(deserialize_as = idem_diesel::NullAsZero<i32>)]`, and \
        `#[versioned(null = 0)]`";
    let item = "struct P { lock_version: Option<i32> }";
    wrong(VERSIONED, item, &[(numbers, "Option<i32>")]);
    let uuids = "every row has a version: make the column NOT NULL with a default, and write \
        `lock_version: uuid::Uuid`";
    let item = "#[versioned(strategy = uuid)] struct P { lock_version: Option<uuid::Uuid> }";
    wrong(VERSIONED, item, &[(uuids, "Option<uuid::Uuid>")]);
}

#[test]
fn a_version_fits_its_strategy() {
    for (strategy, ty, message) in [
        (
            "increment",
            "u32",
            "a version with `strategy = increment` is a number with a sign, which `u32` isn't: make \
             the field `i16`, `i32` or `i64`",
        ),
        (
            "increment",
            "uuid::Uuid",
            "a version with `strategy = increment` is a number with a sign, which `uuid::Uuid` isn't: \
             make the field `i16`, `i32` or `i64`, or `#[versioned(strategy = uuid)]`",
        ),
        (
            "uuid",
            "i32",
            "a version with `strategy = uuid` is a UUID, which `i32` isn't: make the field \
             `Uuid`, `String` or `Vec<u8>`, or `#[versioned(strategy = increment)]`",
        ),
        (
            "timestamp",
            "chrono::NaiveDate",
            "a version with `strategy = timestamp` is a time to the microsecond, which \
             `chrono::NaiveDate` isn't: make the field `SystemTime`, or chrono's `NaiveDateTime` \
             or `DateTime<Utc>`, or time's `OffsetDateTime` or `PrimitiveDateTime`",
        ),
    ] {
        let item = format!("#[versioned(strategy = {strategy})] struct P {{ lock_version: {ty} }}");
        wrong(VERSIONED, &item, &[(message, ty)]);
    }
}

#[test]
fn every_type_that_is_no_version_is_told_by_its_name() {
    for (strategy, types) in [
        (
            "increment",
            "i8 u8 u16 u32 u64 u128 i128 usize isize f32 f64 bool char String Vec<u8> Uuid \
             SystemTime NaiveDateTime (i32) &'static[u8] (i32,i32) [u8;16]",
        ),
        ("uuid", "i16 i32 i64 u64 bool [u8;16] NaiveDateTime"),
        (
            "timestamp",
            "i64 String NaiveDate NaiveTime time::Date time::Time chrono::NaiveTime",
        ),
    ] {
        for ty in types.split(' ') {
            let item =
                format!("#[versioned(strategy = {strategy})] struct P {{ lock_version: {ty} }}");
            let (_, found) = derive(VERSIONED, &item);
            assert_eq!(
                found.is_empty(),
                ty == "(i32)",
                "{strategy} {ty}: {found:?}"
            );
        }
    }
}

#[test]
fn a_type_of_the_users_is_left_to_the_compiler() {
    for ty in ["Version", "my::Time", "Date", "<A as B>::C", "sealed!()"] {
        let (_, found) = derive(VERSIONED, &format!("struct P {{ lock_version: {ty} }}"));
        assert_eq!(found, [], "{ty}");
        let (_, found) = derive(SOFT_DELETE, &format!("struct P {{ deleted_at: {ty} }}"));
        assert_eq!(found, [], "{ty}");
        let (_, found) = derive(STATEFUL, &format!("struct P {{ id: i32, state: {ty} }}"));
        assert_eq!(found, [], "{ty}");
    }
}

#[test]
fn a_live_row_has_no_time_of_deletion() {
    let help = "a row that isn't deleted has NULL here: write `deleted_at: Option<DateTime<Utc>>`";
    let item = "struct P { deleted_at: DateTime<Utc> }";
    wrong(SOFT_DELETE, item, &[(help, "DateTime<Utc>")]);
    wrong(SOFT_DELETE, "struct P { deleted_at: Option<String> }", &[]);
    for ty in ["bool", "Option<bool>", "i64", "Option<NaiveDate>"] {
        let inside = ty.trim_start_matches("Option<").trim_end_matches('>');
        let help = format!(
            "this says when a row was deleted, which a `{inside}` can't: make the column a nullable \
             timestamp, and the field an `Option<NaiveDateTime>` or of another such type"
        );
        let item = format!("struct P {{ deleted_at: {ty} }}");
        wrong(SOFT_DELETE, &item, &[(&help, ty)]);
    }
}

#[test]
fn a_state_is_there() {
    let help = "NULL is no state, since it equals nothing, not even NULL: make the column NOT NULL, \
        and write `state: OrderState`";
    let item = "struct P { id: i32, state: Option<OrderState> }";
    wrong(STATEFUL, item, &[(help, "Option<OrderState>")]);
}
