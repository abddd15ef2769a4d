//! Who deleted a row, and why.

use super::SoftDelete;
use crate::models::sql::fragment::Fragment;
use diesel::backend::Backend;
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::SqlType;
use diesel::{Column, QueryResult};

/// By whom a row is deleted: what [`soft_delete_as`](crate::SoftDelete::soft_delete_as) writes into the
/// column of `#[soft_delete(by = …)]`.
///
/// ```
/// # use idem_diesel::By;
/// let clerk = By(42).because("sold out");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct By<A>(pub A);

/// Why a row is deleted: what goes into the column of `#[soft_delete(reason = …)]`.
#[derive(Debug, Clone, Copy)]
pub struct Because<R>(pub R);

/// By whom and why: [`By::because`].
#[derive(Debug, Clone, Copy)]
pub struct ByBecause<A, R>(By<A>, Because<R>);

impl<A> By<A> {
    /// Adds the reason.
    pub const fn because<R>(self, reason: R) -> ByBecause<A, R> {
        ByBecause(self, Because(reason))
    }
}

/// What can be said of a deletion of `M`: [`By`] whom, [`Because`] of what, both, or nothing, which is `()`.
#[diagnostic::on_unimplemented(
    message = "a deletion of `{M}` can't keep `{Self}`",
    label = "no such column, or one of another type",
    note = "name the columns in the derive: `#[soft_delete(by = deleted_by, reason = delete_reason)]`"
)]
pub trait Attribution<M, DB: Backend> {
    #[doc(hidden)]
    type Set: Fragment<DB>;
    #[doc(hidden)]
    fn idem_set(self) -> Self::Set;
}

#[diagnostic::do_not_recommend]
impl<M, DB: Backend> Attribution<M, DB> for () {
    type Set = ();

    fn idem_set(self) {}
}

/// `, column = value`
#[derive(Debug, Clone, Copy)]
pub struct Assigned<E>(pub(crate) &'static str, pub(crate) E);

impl<DB: Backend, E: QueryFragment<DB>> QueryFragment<DB> for Assigned<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(", ");
        out.push_identifier(self.0)?;
        out.push_sql(" = ");
        self.1.walk_ast(out)
    }
}

#[diagnostic::do_not_recommend]
impl<M, DB, A, C, ST> Attribution<M, DB> for By<A>
where
    M: SoftDelete<DeletedBy = C>,
    DB: Backend,
    C: Column<SqlType = ST>,
    ST: SqlType + TypedExpressionType,
    A: AsExpression<ST>,
    A::Expression: Fragment<DB>,
{
    type Set = Assigned<A::Expression>;

    fn idem_set(self) -> Self::Set {
        Assigned(C::NAME, self.0.as_expression())
    }
}

#[diagnostic::do_not_recommend]
impl<M, DB, R, C, ST> Attribution<M, DB> for Because<R>
where
    M: SoftDelete<DeletedReason = C>,
    DB: Backend,
    C: Column<SqlType = ST>,
    ST: SqlType + TypedExpressionType,
    R: AsExpression<ST>,
    R::Expression: Fragment<DB>,
{
    type Set = Assigned<R::Expression>;

    fn idem_set(self) -> Self::Set {
        Assigned(C::NAME, self.0.as_expression())
    }
}

#[diagnostic::do_not_recommend]
impl<M, DB, A, R> Attribution<M, DB> for ByBecause<A, R>
where
    DB: Backend,
    By<A>: Attribution<M, DB>,
    Because<R>: Attribution<M, DB>,
{
    type Set = Both<<By<A> as Attribution<M, DB>>::Set, <Because<R> as Attribution<M, DB>>::Set>;

    fn idem_set(self) -> Self::Set {
        Both(self.0.idem_set(), self.1.idem_set())
    }
}

/// One and then the other.
#[derive(Debug, Clone, Copy)]
pub struct Both<A, B>(A, B);

impl<DB: Backend, A: QueryFragment<DB>, B: QueryFragment<DB>> QueryFragment<DB> for Both<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        self.1.walk_ast(out)
    }
}
