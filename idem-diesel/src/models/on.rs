//! What a model, a key and changes have to be for a backend, each in one bound that is always met
//! by Diesel's own derives.

use super::sql::fragment::{Fragment, Loaded};
use diesel::associations::HasTable;
use diesel::backend::{Backend, DieselReserveSpecialization};
use diesel::connection::LoadConnection;
use diesel::deserialize::FromSqlRow;
use diesel::dsl::{AsSelect, Find};
use diesel::expression::QueryMetadata;
use diesel::query_builder::{AsChangeset, IntoUpdateTarget, QueryFragment};
use diesel::query_dsl::methods::FindDsl;
use diesel::query_source::{QuerySource, Table};
use diesel::result::Error as DieselError;
use diesel::{Expression, Identifiable, QueryResult, Selectable, SelectableHelper};

/// A model whose rows can be read from a database with the backend `DB`: one with
/// `#[derive(Identifiable, Queryable, Selectable)]`.
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` can't be read from `{DB}`",
    label = "can't be read",
    note = "it needs `#[derive(Identifiable, Queryable, Selectable)]`",
    note = "`#[diesel(check_for_backend({DB}))]` on it says which field doesn't fit"
)]
pub trait ModelOn<DB: Backend>: HasTable + Send + Sized + 'static {
    #[doc(hidden)]
    type Columns: Fragment<DB>;
    #[doc(hidden)]
    type From: Fragment<DB>;
    #[doc(hidden)]
    type KeyColumns: Fragment<DB>;
    #[doc(hidden)]
    type Place<'a>: Fragment<DB>;
    #[doc(hidden)]
    fn columns() -> Self::Columns;
    #[doc(hidden)]
    fn from_clause() -> Self::From;
    #[doc(hidden)]
    fn key_columns() -> Self::KeyColumns;
    #[doc(hidden)]
    fn idem_place_of(&self) -> Self::Place<'_>;
    #[doc(hidden)]
    fn load<C, Q>(conn: &mut C, query: Q) -> QueryResult<Vec<Self>>
    where
        C: LoadConnection<Backend = DB>,
        Q: Fragment<DB>;
    #[cfg(feature = "async")]
    #[doc(hidden)]
    fn load_async<C, Q>(
        conn: &mut C,
        query: Q,
    ) -> impl Future<Output = QueryResult<Vec<Self>>> + Send
    where
        C: diesel_async::AsyncConnection<Backend = DB>,
        Q: Fragment<DB>;
}

#[diagnostic::do_not_recommend]
impl<M, DB, Columns, ST> ModelOn<DB> for M
where
    M: HasTable + Selectable<DB, SelectExpression = Columns> + FromSqlRow<ST, DB> + Send + 'static,
    DB: Backend
        + DieselReserveSpecialization
        + QueryMetadata<AsSelect<M, DB>>
        + Send
        + Sync
        + 'static,
    Columns: Expression<SqlType = ST> + QueryFragment<DB> + Send + Sync,
    AsSelect<M, DB>: Fragment<DB>,
    ST: diesel::sql_types::SqlType + diesel::expression::TypedExpressionType + 'static,
    <M::Table as QuerySource>::FromClause: Fragment<DB>,
    <M::Table as Table>::PrimaryKey: Fragment<DB>,
    for<'a> &'a M: Copied<'a, M, DB>,
{
    type Columns = AsSelect<M, DB>;
    type From = <M::Table as QuerySource>::FromClause;
    type KeyColumns = <M::Table as Table>::PrimaryKey;
    type Place<'a> = <&'a M as Copied<'a, M, DB>>::Where;

    fn columns() -> Self::Columns {
        M::as_select()
    }
    fn from_clause() -> Self::From {
        M::table().from_clause()
    }
    fn key_columns() -> Self::KeyColumns {
        M::table().primary_key()
    }
    fn idem_place_of(&self) -> Self::Place<'_> {
        self.idem_place()
    }
    fn load<C, Q>(conn: &mut C, query: Q) -> QueryResult<Vec<Self>>
    where
        C: LoadConnection<Backend = DB>,
        Q: Fragment<DB>,
    {
        let rows = conn.load(Loaded::<Q, M, DB>::new(query))?;
        rows.map(|row| M::build_from_row(&row?).map_err(DieselError::DeserializationError))
            .collect()
    }
    #[cfg(feature = "async")]
    async fn load_async<C, Q>(conn: &mut C, query: Q) -> QueryResult<Vec<Self>>
    where
        C: diesel_async::AsyncConnection<Backend = DB>,
        Q: Fragment<DB>,
    {
        diesel_async::RunQueryDsl::load(Loaded::<Q, M, DB>::new(query), conn).await
    }
}

/// What finds a row of `M`: a primary key, or a tuple for one of several columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't a primary key of the table of `{M}`",
    label = "give what `.find(…)` takes on that table"
)]
pub trait Finds<M, DB: Backend> {
    #[doc(hidden)]
    type Where: Fragment<DB>;
    #[doc(hidden)]
    fn idem_find(self) -> Self::Where;
}

#[diagnostic::do_not_recommend]
impl<Id, M, DB, W> Finds<M, DB> for Id
where
    M: HasTable,
    DB: Backend,
    M::Table: FindDsl<Id>,
    Find<M::Table, Id>: IntoUpdateTarget<WhereClause = W>,
    W: Fragment<DB>,
{
    type Where = W;

    fn idem_find(self) -> W {
        FindDsl::find(M::table(), self)
            .into_update_target()
            .where_clause
    }
}

/// A copy of a row, which knows its primary key.
#[diagnostic::on_unimplemented(
    message = "the row of a `{M}` can't be found by its primary key",
    label = "no `#[derive(Identifiable)]`, or one whose key isn't the table's"
)]
pub trait Copied<'a, M, DB: Backend> {
    #[doc(hidden)]
    type Where: Fragment<DB>;
    #[doc(hidden)]
    fn idem_place(self) -> Self::Where;
}

#[diagnostic::do_not_recommend]
impl<'a, M, DB> Copied<'a, M, DB> for &'a M
where
    DB: Backend,
    M: HasTable,
    &'a M: Identifiable,
    <&'a M as Identifiable>::Id: Finds<M, DB>,
{
    type Where = <<&'a M as Identifiable>::Id as Finds<M, DB>>::Where;

    fn idem_place(self) -> Self::Where {
        Finds::idem_find(self.id())
    }
}

/// Changes to a row of `M`: whatever Diesel's `set` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't a change to a row of `{M}`",
    label = "give what `.set(…)` takes for that table: `column.eq(value)`, a tuple of those, or a struct \
             with `#[derive(AsChangeset)]`"
)]
pub trait Changes<M, DB: Backend> {
    #[doc(hidden)]
    type Set: Fragment<DB>;
    #[doc(hidden)]
    fn idem_set(self) -> Self::Set;
}

#[diagnostic::do_not_recommend]
impl<Ch, M, DB> Changes<M, DB> for Ch
where
    M: HasTable,
    DB: Backend,
    Ch: AsChangeset<Target = M::Table>,
    Ch::Changeset: Fragment<DB>,
{
    type Set = Ch::Changeset;

    fn idem_set(self) -> Ch::Changeset {
        self.as_changeset()
    }
}

/// Rows to write at once: a table, or a query with nothing but a filter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't a set of rows of `{M}`",
    label = "give its table, or a query with nothing but `.filter(…)`"
)]
pub trait Target<M, DB: Backend> {
    #[doc(hidden)]
    type Where: Fragment<DB>;
    #[doc(hidden)]
    fn idem_rows(self) -> Self::Where;
}

#[diagnostic::do_not_recommend]
impl<T, M, DB, W> Target<M, DB> for T
where
    M: HasTable,
    DB: Backend,
    T: IntoUpdateTarget<Table = M::Table, WhereClause = W>,
    W: Fragment<DB>,
{
    type Where = W;

    fn idem_rows(self) -> W {
        self.into_update_target().where_clause
    }
}
