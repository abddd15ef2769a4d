//! The columns that say that a row is deleted, when and by whom. What the derive calls: each function's
//! bounds are the rules that only the compiler can check.

use crate::models::sql::dialect::{DeletionColumn, TimeForm};
use diesel::Column;
use diesel::dsl::SqlTypeOf;

/// When a row was deleted.
#[must_use]
pub const fn deletion<At>() -> DeletedAt
where
    At: Column,
    SqlTypeOf<At>: DeletionColumn,
{
    DeletedAt {
        name: At::NAME,
        form: <SqlTypeOf<At> as DeletionColumn>::FORM,
    }
}

/// The column that says when a row was deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeletedAt {
    pub(crate) name: &'static str,
    pub(crate) form: TimeForm,
}

/// The name of a column that says more about a deletion, and is emptied by a restore.
#[must_use]
pub const fn mark<C>() -> &'static str
where
    C: Column,
    SqlTypeOf<C>: NullableColumn,
{
    C::NAME
}

/// A SQL type that can be NULL.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` can't be empty, as it has to be in a live row",
    label = "make the column nullable"
)]
pub trait NullableColumn {}

impl<ST: diesel::sql_types::SqlType> NullableColumn for diesel::sql_types::Nullable<ST> {}

/// Whether a row was read as deleted.
#[must_use]
pub const fn is_deleted<T>(deleted_at: &Option<T>) -> bool {
    deleted_at.is_some()
}
