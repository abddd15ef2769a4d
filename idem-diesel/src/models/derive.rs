//! What the derives call. Each function's bounds are the rules that only the compiler can check.

use super::dialect::{
    DeletionColumn, IncrementColumn, NullableIncrementColumn, Strategy, TimeColumn, UuidColumn,
};
use super::version::VersionColumn;
use diesel::Column;
use diesel::dsl::SqlTypeOf;
use idem_core::VersionValue;

/// A version that is raised by one.
#[must_use]
pub const fn increment<V, C>() -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: IncrementColumn<V>,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Increment,
        max: V::MAX,
        null: None,
    }
}

/// The same in a nullable column, where NULL stands for `null`.
#[must_use]
pub const fn increment_or_null<V, C>(null: i64) -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: NullableIncrementColumn<V>,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Increment,
        max: V::MAX,
        null: Some(null),
    }
}

/// A version that is a random UUID.
#[must_use]
pub const fn uuid<V, C>() -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: UuidColumn,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Uuid(<SqlTypeOf<C> as UuidColumn>::FORM),
        max: None,
        null: None,
    }
}

/// A version that is the time of the last write.
#[must_use]
pub const fn timestamp<V, C>() -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: TimeColumn,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Timestamp(<SqlTypeOf<C> as TimeColumn>::FORM),
        max: None,
        null: None,
    }
}

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
    pub(super) name: &'static str,
    pub(super) form: super::dialect::TimeForm,
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

/// A table's names as they are in the database: schema and table, or the table alone.
#[must_use]
pub fn table_names<T>() -> Vec<String>
where
    T: diesel::associations::HasTable<Table: NamedTable>,
{
    T::table().names()
}

/// A table whose name can be told: every one of `table!`.
pub trait NamedTable {
    /// Schema and table, or the table alone.
    fn names(&self) -> Vec<String>;
}

macro_rules! named_tables {
    ($backend:ty, $quote:literal) => {
        impl<T> NamedTable for T
        where
            T: diesel::QuerySource<FromClause: diesel::query_builder::QueryFragment<$backend>>,
        {
            fn names(&self) -> Vec<String> {
                use diesel::query_builder::{QueryBuilder as _, QueryFragment as _};
                let backend = <$backend>::default();
                let mut sql = <$backend as diesel::backend::Backend>::QueryBuilder::default();
                // Names are all there is to it.
                let _ = self.from_clause().to_sql(&mut sql, &backend);
                let quoted = sql.finish();
                let inside = quoted.trim_matches(['"', '`']);
                let names = inside.split(concat!($quote, ".", $quote));
                names
                    .map(|name| name.replace(concat!($quote, $quote), $quote))
                    .collect()
            }
        }
    };
}

// Any backend does.
#[cfg(feature = "postgres")]
named_tables!(diesel::pg::Pg, "\"");
#[cfg(all(feature = "sqlite", not(feature = "postgres")))]
named_tables!(diesel::sqlite::Sqlite, "`");
#[cfg(all(feature = "mysql", not(any(feature = "postgres", feature = "sqlite"))))]
named_tables!(diesel::mysql::Mysql, "`");
#[cfg(not(any(feature = "postgres", feature = "mysql", feature = "sqlite")))]
impl<T: diesel::QuerySource> NamedTable for T {
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The type of a model's primary key: of its field, or a tuple of its fields' types.
pub type KeyOf<M> = <<&'static M as diesel::Identifiable>::Id as BorrowedKey>::Owned;

/// A primary key as `Identifiable` gives it.
pub trait BorrowedKey {
    /// The same, owned.
    type Owned;
}

impl<K> BorrowedKey for &K {
    type Owned = K;
}

macro_rules! composite_keys {
    ($(($($part:ident)+))+) => {$(
        impl<$($part),+> BorrowedKey for ($(&$part,)+) {
            type Owned = ($($part,)+);
        }
    )+};
}

composite_keys! { (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }
