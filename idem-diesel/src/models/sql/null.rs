//! Version columns that hold NULL in old rows.

use diesel::backend::Backend;
use diesel::deserialize::{FromStaticSqlRow, Queryable};
use diesel::sql_types::Nullable;

/// Reads a nullable column, taking NULL for 0: for a version field,
/// `#[diesel(deserialize_as = idem_diesel::NullAsZero<i32>)]` beside `#[versioned(null = 0)]`.
#[derive(Debug, Clone, Copy)]
pub struct NullAsZero<V>(V);

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl From<NullAsZero<$integer>> for $integer {
            fn from(value: NullAsZero<$integer>) -> Self {
                value.0
            }
        }
    )*};
}

integers!(i16 i32 i64);

impl<V, ST, DB> Queryable<Nullable<ST>, DB> for NullAsZero<V>
where
    DB: Backend,
    ST: diesel::sql_types::SqlType,
    Option<V>: FromStaticSqlRow<Nullable<ST>, DB>,
    V: Default,
{
    type Row = Option<V>;

    fn build(row: Option<V>) -> diesel::deserialize::Result<Self> {
        Ok(Self(row.unwrap_or_default()))
    }
}
