//! What a table is called in its database.

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
