//! idem-diesel's own calls, blocking or async.

use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use idem_diesel::asynchronous;
use idem_diesel::records::{OperationStats, StoredRecord};
use idem_diesel::{
    Error, ErrorPolicy, FromError, Idempotent, NoRetry, Outcome, RecordId, Retry, RetryableErrors,
    Storable,
};

/// What a test asks of idem-diesel on a connection.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Calls: Sized {
    /// `call.run(conn, body)`, or `run_async`.
    ///
    /// # Errors
    ///
    /// As for [`Idempotent::run`].
    async fn call<T, E, X>(
        &mut self,
        call: Idempotent<'_, X, NoRetry>,
        body: impl AsyncFnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Outcome<T>, E>
    where
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>;

    /// [`call`](Calls::call) for a call that retries.
    ///
    /// # Errors
    ///
    /// As for [`Idempotent::run`].
    async fn call_retrying<T, E, X, W>(
        &mut self,
        call: Idempotent<'_, X, Retry<W>>,
        body: impl AsyncFnMut(&mut Self) -> Result<T, E>,
    ) -> Result<Outcome<T>, E>
    where
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
        W: RetryableErrors<E>;

    /// [`idem_diesel::setup`].
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn setup(&mut self) -> Result<(), Error>;

    /// [`idem_diesel::purge_expired`].
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn purge_expired(&mut self, batch: u32) -> Result<usize, Error>;

    /// [`idem_diesel::records::get`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn record(&mut self, id: &RecordId<'_>) -> Result<Option<StoredRecord>, Error>;

    /// [`idem_diesel::records::forget`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn forget(&mut self, id: &RecordId<'_>) -> Result<bool, Error>;

    /// [`idem_diesel::records::stats`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn stats(&mut self) -> Result<Vec<OperationStats>, Error>;
}

/// Runs a body written for both kinds of connection on a blocking one, where it never waits
/// but for another thread. Without tokio's budget, which such a body would never get renewed.
fn now<T>(body: impl Future<Output = T>) -> T {
    pollster::block_on(tokio::task::unconstrained(body))
}

macro_rules! calls {
    ($connection:ty, $idem:ident, $run:ident, $body:ident => $adapted:expr, $($await:tt)*) => {
        impl Calls for $connection {
            async fn call<T, E, X>(
                &mut self,
                call: Idempotent<'_, X, NoRetry>,
                $body: impl AsyncFnOnce(&mut Self) -> Result<T, E>,
            ) -> Result<Outcome<T>, E>
            where
                T: Storable,
                E: FromError,
                X: ErrorPolicy<E>,
            {
                call.$run(self, $adapted) $($await)*
            }

            #[allow(unused_mut, reason = "an async body is passed on as it is")]
            async fn call_retrying<T, E, X, W>(
                &mut self,
                call: Idempotent<'_, X, Retry<W>>,
                mut $body: impl AsyncFnMut(&mut Self) -> Result<T, E>,
            ) -> Result<Outcome<T>, E>
            where
                T: Storable,
                E: FromError,
                X: ErrorPolicy<E>,
                W: RetryableErrors<E>,
            {
                call.$run(self, $adapted) $($await)*
            }

            async fn setup(&mut self) -> Result<(), Error> {
                $idem::setup(self) $($await)*
            }

            async fn purge_expired(&mut self, batch: u32) -> Result<usize, Error> {
                $idem::purge_expired(self, batch) $($await)*
            }

            async fn record(&mut self, id: &RecordId<'_>) -> Result<Option<StoredRecord>, Error> {
                $idem::records::get(self, id) $($await)*
            }

            async fn forget(&mut self, id: &RecordId<'_>) -> Result<bool, Error> {
                $idem::records::forget(self, id) $($await)*
            }

            async fn stats(&mut self) -> Result<Vec<OperationStats>, Error> {
                $idem::records::stats(self) $($await)*
            }
        }
    };
}

macro_rules! sync_calls {
    ($($connection:ty)*) => {$(
        calls!($connection, idem_diesel, run, body => |conn| now(body(conn)),);
    )*};
}

macro_rules! async_calls {
    ($($connection:ty)*) => {$(
        calls!($connection, asynchronous, run_async, body => body, .await);
    )*};
}

sync_calls!(PgConnection MysqlConnection SqliteConnection);
async_calls!(AsyncPgConnection AsyncMysqlConnection SyncConnectionWrapper<SqliteConnection>);
