//! What the expansion of `#[idempotent]` needs beyond the public API.

pub use crate::bounds::{Again, Returns};
pub use crate::dialect::{Dialect, Step};
pub use crate::models::{
    DeletedAt, Deletion, DeletionColumn, Facts, IncrementColumn, KeyOf, NoColumn, NotDerived,
    Probe, Strategy, TimeColumn, TimeForm, UuidColumn, UuidForm, VersionColumn, deletion,
    increment, increment_or_null, is_deleted, mark, table_names, timestamp, uuid,
};
pub use crate::statement::{
    Bind, CountsRow, CountsSql, RecordRow, RecordSql, Statement, TimesRow, TimesSql,
};
pub use diesel::QueryResult;
pub use diesel::connection::{Connection, TransactionManagerStatus};
pub use diesel::dsl::SqlTypeOf;

/// The default operation of a method: its module, its type without generics, its name.
#[must_use]
pub fn method_operation<T: ?Sized>(module: &str, method: &str) -> String {
    let name = std::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    let name = name.rsplit("::").next().unwrap_or(name);
    format!("{module}::{name}::{method}")
}
