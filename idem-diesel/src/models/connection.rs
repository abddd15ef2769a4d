//! The connections that rows are written on, sync and async.

use super::on::ModelOn;
use super::sql::fragment::{Counted, Fragment};
use crate::IdempotentConnection;
use crate::connection::Database;
use crate::driver::{Blocking, Driver};
use diesel::QueryResult;
use diesel::connection::{Connection, LoadConnection};
use diesel::query_builder::QueryFragment;

/// A sync connection that models can be written on: any [`IdempotentConnection`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sync Diesel connection that idem knows",
    label = "not a sync connection of PostgreSQL, MySQL or SQLite",
    note = "an async connection takes the method of the same name that ends in `_async`",
    note = "idem-diesel's features `postgres`, `mysql` and `sqlite` each bring in a database"
)]
pub trait ModelConnection: IdempotentConnection + LoadConnection {
    #[doc(hidden)]
    fn idem_backend(&mut self) -> Self::Backend;
}

#[diagnostic::do_not_recommend]
impl<C> ModelConnection for C
where
    C: LoadConnection,
    C::Backend: Database,
{
    fn idem_backend(&mut self) -> C::Backend {
        C::Backend::default()
    }
}

/// An async connection that models can be written on: any
/// [`AsyncIdempotentConnection`](crate::AsyncIdempotentConnection).
#[cfg(feature = "async")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async Diesel connection that idem knows",
    label = "not an async connection of PostgreSQL, MySQL or SQLite",
    note = "a sync connection takes the method of the same name without `_async`",
    note = "idem-diesel's features `postgres`, `mysql` and `sqlite` each bring in a database"
)]
pub trait AsyncModelConnection:
    crate::AsyncIdempotentConnection + diesel_async::AsyncConnection
{
    #[doc(hidden)]
    fn idem_backend(&mut self) -> Self::Backend;
}

#[cfg(feature = "async")]
#[diagnostic::do_not_recommend]
impl<C> AsyncModelConnection for C
where
    C: diesel_async::AsyncConnection,
    C::Backend: Database,
{
    fn idem_backend(&mut self) -> C::Backend {
        C::Backend::default()
    }
}

/// What writing rows of `M` asks of a connection.
pub(super) trait Rows<M>: Driver {
    type Backend: diesel::backend::Backend;

    /// Runs a statement that brings back rows.
    async fn rows<Q: Fragment<Self::Backend>>(&mut self, query: Q) -> QueryResult<Vec<M>>;

    /// Runs a statement and counts the rows it touches.
    async fn touch<Q: Fragment<Self::Backend>>(&mut self, query: Q) -> QueryResult<usize>;

    /// Whether changes change nothing.
    fn is_empty<Q: QueryFragment<Self::Backend>>(&mut self, changes: &Q) -> QueryResult<bool>;
}

impl<M, C> Rows<M> for Blocking<'_, C>
where
    C: ModelConnection,
    M: ModelOn<C::Backend>,
{
    type Backend = C::Backend;

    async fn rows<Q: Fragment<C::Backend>>(&mut self, query: Q) -> QueryResult<Vec<M>> {
        M::load(self.conn(), query)
    }
    async fn touch<Q: Fragment<C::Backend>>(&mut self, query: Q) -> QueryResult<usize> {
        Connection::execute_returning_count(self.conn(), &Counted(query))
    }
    fn is_empty<Q: QueryFragment<C::Backend>>(&mut self, changes: &Q) -> QueryResult<bool> {
        let backend = ModelConnection::idem_backend(self.conn());
        changes.is_noop(&backend)
    }
}

#[cfg(feature = "async")]
impl<M, C> Rows<M> for crate::asynchronous::Async<'_, C>
where
    C: AsyncModelConnection,
    M: ModelOn<C::Backend>,
{
    type Backend = C::Backend;

    async fn rows<Q: Fragment<C::Backend>>(&mut self, query: Q) -> QueryResult<Vec<M>> {
        crate::body::apart(M::load_async(self.conn(), query)).await
    }
    async fn touch<Q: Fragment<C::Backend>>(&mut self, query: Q) -> QueryResult<usize> {
        let query = Counted(query);
        crate::body::apart(diesel_async::RunQueryDsl::execute(query, self.conn())).await
    }
    fn is_empty<Q: QueryFragment<C::Backend>>(&mut self, changes: &Q) -> QueryResult<bool> {
        let backend = AsyncModelConnection::idem_backend(self.conn());
        changes.is_noop(&backend)
    }
}
