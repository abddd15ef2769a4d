//! The same store for async connections.

use super::{StoreError, engine};
use crate::Error;
use crate::asynchronous::{Async, AsyncIdempotentConnection};
use idem_core::{AsyncStore, Claim, Claimed, FencingToken, Record, RecordId, Status, Write};
use std::fmt;
use std::time::Duration;

/// An [`AsyncStore`] in the records' table: [`DieselStore`](crate::DieselStore) on async connections.
///
/// ```
/// # #[cfg(feature = "postgres")] fn example<P>(pool: P) -> impl idem_core::AsyncStore
/// # where P: Fn() -> std::future::Ready<Result<diesel_async::AsyncPgConnection, diesel::ConnectionError>> + Clone + Send + Sync {
/// # struct Pool<P>(P);
/// # impl<P: Clone> Clone for Pool<P> { fn clone(&self) -> Self { Self(self.0.clone()) } }
/// # impl<P: Fn() -> std::future::Ready<Result<diesel_async::AsyncPgConnection, diesel::ConnectionError>>> Pool<P> {
/// # async fn get(&self) -> Result<diesel_async::AsyncPgConnection, diesel::ConnectionError> { (self.0)().await } }
/// # let pool = Pool(pool);
/// use idem_diesel::asynchronous::DieselStore;
///
/// DieselStore::new(move || {
///     let pool = pool.clone(); // deadpool's; of bb8, `pool.get_owned()`
///     async move { pool.get().await }
/// })
/// # }
/// ```
#[derive(Clone)]
pub struct DieselStore<F>(F);

impl<F> DieselStore<F> {
    /// A store that takes its connections from here.
    pub const fn new<Fut, C, E>(connect: F) -> Self
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<C, E>>,
        C: AsyncIdempotentConnection,
    {
        Self(connect)
    }
}

/// One call of the store, on a connection of its own.
macro_rules! on_a_connection {
    ($store:ident, $driver:ident => $call:expr) => {{
        let mut conn = ($store.0)().await.map_err(StoreError::connection)?;
        let mut $driver = Async::outside(&mut conn);
        let answer: Result<_, Error> = $call.await;
        Ok($driver.settle(answer).await?)
    }};
}

impl<F, Fut, C, E> AsyncStore for DieselStore<F>
where
    F: Fn() -> Fut + Sync,
    Fut: Future<Output = Result<C, E>> + Send,
    C: AsyncIdempotentConnection,
    E: std::error::Error + Send + Sync + 'static,
{
    type Error = StoreError;

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        on_a_connection!(self, driver => engine::claim(&mut driver, claim))
    }

    async fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, StoreError> {
        let end = engine::End::new(Status::Completed, result);
        on_a_connection!(self, driver => engine::finish(&mut driver, id, token, end))
    }

    async fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, StoreError> {
        let end = engine::End::new(Status::Failed, error);
        on_a_connection!(self, driver => engine::finish(&mut driver, id, token, end))
    }

    async fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, StoreError> {
        on_a_connection!(self, driver => engine::release(&mut driver, id, token))
    }

    async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, StoreError> {
        on_a_connection!(self, driver => engine::renew(&mut driver, id, token, lease))
    }

    async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, StoreError> {
        on_a_connection!(self, driver => engine::lookup(&mut driver, id))
    }

    async fn purge(&self, limit: usize) -> Result<usize, StoreError> {
        on_a_connection!(self, driver => engine::purge(&mut driver, limit))
    }
}

impl<F> fmt::Debug for DieselStore<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DieselStore").finish_non_exhaustive()
    }
}
