//! Which types a version can have, as far as names tell. What they don't tell, the compiler finds
//! out.

use super::parse::Strategy;
use crate::types::{bare, last, module};
use syn::Type;

/// What a type's name says of it as a version.
pub(super) enum Known {
    /// It's for this strategy.
    For(Strategy),
    /// It's for none.
    Unfit,
    /// A type of the user's, perhaps.
    Unknown,
}

/// Types that are a version for one strategy.
const FIT: [(&str, Strategy); 11] = [
    ("i16", Strategy::Increment),
    ("i32", Strategy::Increment),
    ("i64", Strategy::Increment),
    ("Uuid", Strategy::Uuid),
    ("String", Strategy::Uuid),
    ("Vec", Strategy::Uuid),
    ("SystemTime", Strategy::Timestamp),
    ("NaiveDateTime", Strategy::Timestamp),
    ("DateTime", Strategy::Timestamp),
    ("OffsetDateTime", Strategy::Timestamp),
    ("PrimitiveDateTime", Strategy::Timestamp),
];

/// Types that nobody calls one of their own by, and that aren't versions.
const UNFIT: [&str; 17] = [
    "i8",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "i128",
    "usize",
    "isize",
    "f32",
    "f64",
    "bool",
    "char",
    "NaiveDate",
    "NaiveTime",
    "Instant",
    "Duration",
];

/// In `chrono` or `time`, these aren't versions either.
const UNFIT_IN_A_MODULE: [&str; 2] = ["Date", "Time"];

pub(super) fn known(ty: &Type) -> Known {
    let Some(last) = last(ty) else {
        return match bare(ty) {
            Type::Reference(_) | Type::Array(_) | Type::Slice(_) | Type::Tuple(_) => Known::Unfit,
            _ => Known::Unknown,
        };
    };
    let is = |name: &str| last.ident == name;
    let of_time = module(ty).is_some_and(|module| module == "time" || module == "chrono");
    if let Some((_, strategy)) = FIT.iter().find(|(name, _)| is(name)) {
        Known::For(*strategy)
    } else if UNFIT.iter().any(|name| is(name))
        || (of_time && UNFIT_IN_A_MODULE.iter().any(|name| is(name)))
    {
        Known::Unfit
    } else {
        Known::Unknown
    }
}

/// The types that go with a strategy.
pub(super) const fn fitting(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Increment => "`i16`, `i32` or `i64`",
        Strategy::Uuid => "`Uuid`, `String` or `Vec<u8>`",
        Strategy::Timestamp => {
            "`SystemTime`, or chrono's `NaiveDateTime` or `DateTime<Utc>`, or time's \
             `OffsetDateTime` or `PrimitiveDateTime`"
        }
    }
}

/// The largest and the smallest number that a type holds.
pub(super) fn bounds(ty: &Type) -> Option<(i64, i64)> {
    let name = last(ty)?.ident.to_string();
    match name.as_str() {
        "i16" => Some((i16::MIN.into(), i16::MAX.into())),
        "i32" => Some((i32::MIN.into(), i32::MAX.into())),
        _ => None,
    }
}
