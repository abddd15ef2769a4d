//! Models that are in one of several states.

mod engine;
mod request;
pub(crate) mod side_columns;
pub(crate) mod transition;

use super::facts::Facts;
use super::on::{Finds, ModelOn};
use super::sql::fragment::Fragment;
use super::table::NamedTable;
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::sql_types::SqlType;
use std::fmt::Debug;

/// A model whose rows are in one of several states, and go from one to another by
/// [`transition`](crate::transition).
///
/// `#[derive(Stateful)]` implements it. The state is any type that Diesel can store in its column, and
/// that is `Clone`, `PartialEq` and `Debug`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no state",
    label = "not a model with a state column",
    note = "add `#[derive(idem_diesel::Stateful)]` to it"
)]
pub trait Stateful: HasTable<Table: HasTable<Table: NamedTable>> + Sized + 'static {
    /// The type of the states.
    type State: Clone + PartialEq + Debug;
    /// The type of the primary key: of its field, or a tuple of its fields' types.
    type Key: Clone + Debug;
    #[doc(hidden)]
    type StateColumn: diesel::Column<Table = Self::Table, SqlType = Self::StateSql>;
    #[doc(hidden)]
    type StateSql: SqlType + TypedExpressionType;
    #[doc(hidden)]
    fn facts() -> Facts<Self>;

    /// The state that this copy of the row was read in.
    fn state(&self) -> &Self::State;
}

/// A [`Stateful`] model on a database with the backend `DB`. Always met where the state can be bound
/// as its column's type, and the key as its own.
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` can't be moved from state to state in `{DB}`",
    label = "not a model of this database with a state",
    note = "it needs `#[derive(Identifiable, Queryable, Selectable, Stateful)]`",
    note = "its state is bound by Diesel: `AsExpression`, and `ToSql` for this database",
    note = "`#[diesel(check_for_backend(…))]` on it says which field doesn't fit"
)]
pub trait StatefulOn<DB: Backend>: Stateful + ModelOn<DB> {
    #[doc(hidden)]
    type Bound: Fragment<DB>;
    #[doc(hidden)]
    type Where: Fragment<DB>;
    #[doc(hidden)]
    fn bound(state: &Self::State) -> Self::Bound;
    #[doc(hidden)]
    fn find(key: &Self::Key) -> Self::Where;
}

#[diagnostic::do_not_recommend]
impl<M, DB, ST> StatefulOn<DB> for M
where
    DB: Backend,
    ST: SqlType + TypedExpressionType,
    M: Stateful<StateSql = ST> + ModelOn<DB>,
    M::State: AsExpression<ST>,
    <M::State as AsExpression<ST>>::Expression: Fragment<DB>,
    M::Key: Finds<M, DB>,
{
    type Bound = <M::State as AsExpression<ST>>::Expression;
    type Where = <M::Key as Finds<M, DB>>::Where;

    fn bound(state: &M::State) -> Self::Bound {
        state.clone().as_expression()
    }
    fn find(key: &M::Key) -> Self::Where {
        Finds::idem_find(key.clone())
    }
}
