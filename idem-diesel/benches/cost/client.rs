//! The six kinds of connection that calls are made on.

use crate::Res;
use crate::cases::{Answered, Case, Failure, OPERATION, Receipt, Transfer};
use diesel::{MysqlConnection, PgConnection, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use idem_diesel::{Error, IdempotencyKey, Idempotent, InFlightPolicy, Outcome, Rejection};
use std::future::Future;

/// A connection, and what is called on it. A sync one's futures are ready at once.
pub(crate) trait Client: Send + Sized + 'static {
    /// Whether calls suspend rather than block.
    const IS_ASYNC: bool;

    /// Connects, and runs `settings`.
    fn open(url: &str, settings: &[String]) -> impl Future<Output = Res<Self>> + Send;

    /// Diesel's own transaction.
    fn bare(&mut self, transfer: Transfer) -> impl Future<Output = Result<(), Failure>> + Send;

    /// A call with a small result.
    fn transfer(
        &mut self,
        key: &IdempotencyKey,
        transfer: Transfer,
        peek: bool,
    ) -> impl Future<Output = Result<Outcome<Receipt>, Failure>> + Send;

    /// A call without a result.
    fn transfer_unit(
        &mut self,
        key: &IdempotencyKey,
        transfer: Transfer,
    ) -> impl Future<Output = Result<Outcome<()>, Failure>> + Send;

    /// A call that is refused if its key is held.
    fn transfer_at_once(
        &mut self,
        key: &IdempotencyKey,
        transfer: Transfer,
    ) -> impl Future<Output = Result<Outcome<Receipt>, Failure>> + Send;

    /// A call that ends in a final error.
    fn decline(
        &mut self,
        key: &IdempotencyKey,
        transfer: Transfer,
    ) -> impl Future<Output = Result<Outcome<Receipt>, Failure>> + Send;

    /// One call of the case, which must end as the case says.
    fn call(
        &mut self,
        case: Case,
        answered: &Answered,
        held: &IdempotencyKey,
    ) -> impl Future<Output = Res<()>> + Send {
        async move {
            let request = Transfer::next();
            let as_expected = match case {
                Case::Bare => self.bare(request).await.map(|()| true),
                Case::Fresh => {
                    let key = IdempotencyKey::generate();
                    let outcome = self.transfer(&key, request, false).await;
                    outcome.map(|outcome| !outcome.is_replayed())
                }
                Case::FreshUnit => {
                    let key = IdempotencyKey::generate();
                    let outcome = self.transfer_unit(&key, request).await;
                    outcome.map(|outcome| !outcome.is_replayed())
                }
                Case::Replay | Case::ReplayPeek => {
                    let peek = case == Case::ReplayPeek;
                    let outcome = self.transfer(&answered.key, answered.transfer, peek).await;
                    outcome.map(|outcome| outcome.is_replayed())
                }
                Case::InFlight => match self.transfer_at_once(held, request).await {
                    Err(Failure::Idem(Error::Rejected(Rejection::InFlight { .. }))) => Ok(true),
                    other => other.map(|_| false),
                },
                Case::RecordedError => {
                    let key = IdempotencyKey::generate();
                    match self.decline(&key, request).await {
                        Err(Failure::Declined) => Ok(true),
                        other => other.map(|_| false),
                    }
                }
            };
            match as_expected {
                Ok(true) => Ok(()),
                Ok(false) => Err(format!("a call of {case} ended in another way").into()),
                Err(error) => Err(format!("{case}: {error}").into()),
            }
        }
    }
}

macro_rules! client {
    (
        $connection:ty, $is_async:literal, $conn:path, $dsl:path, $batch:path, $run:ident,
        ($($asynchronous:tt)*), ($($awaited:tt)*)
    ) => {
        const _: () = {
            use $batch as Batch;
            use $conn as Conn;
            use $dsl as Dsl;

            macro_rules! body {
                ($conn_:ident, $transfer:ident) => {{
                    Dsl::execute($transfer.lower(), $conn_) $($awaited)* ?;
                    Dsl::execute($transfer.higher(), $conn_) $($awaited)* ?;
                    Dsl::execute($transfer.note(), $conn_) $($awaited)* ?;
                }};
            }

            impl Client for $connection {
                const IS_ASYNC: bool = $is_async;

                async fn open(url: &str, settings: &[String]) -> Res<Self> {
                    let mut conn = <Self as Conn>::establish(url) $($awaited)* ?;
                    for setting in settings {
                        Batch::batch_execute(&mut conn, setting) $($awaited)* ?;
                    }
                    Ok(conn)
                }

                async fn bare(&mut self, transfer: Transfer) -> Result<(), Failure> {
                    Conn::transaction(self, $($asynchronous)* |conn| -> Result<(), Failure> {
                        body!(conn, transfer);
                        Ok(())
                    }) $($awaited)*
                }

                async fn transfer(
                    &mut self,
                    key: &IdempotencyKey,
                    transfer: Transfer,
                    peek: bool,
                ) -> Result<Outcome<Receipt>, Failure> {
                    let call = Idempotent::new(OPERATION).key(key).fingerprint(&transfer);
                    let call = if peek { call.peek() } else { call };
                    call.$run(self, $($asynchronous)* |conn| -> Result<Receipt, Failure> {
                        body!(conn, transfer);
                        Ok(Receipt::from(&transfer))
                    }) $($awaited)*
                }

                async fn transfer_unit(
                    &mut self,
                    key: &IdempotencyKey,
                    transfer: Transfer,
                ) -> Result<Outcome<()>, Failure> {
                    let call = Idempotent::new(OPERATION).key(key).fingerprint(&transfer);
                    call.$run(self, $($asynchronous)* |conn| -> Result<(), Failure> {
                        body!(conn, transfer);
                        Ok(())
                    }) $($awaited)*
                }

                async fn transfer_at_once(
                    &mut self,
                    key: &IdempotencyKey,
                    transfer: Transfer,
                ) -> Result<Outcome<Receipt>, Failure> {
                    let call = Idempotent::new(OPERATION).key(key).fingerprint(&transfer);
                    let call = call.in_flight(InFlightPolicy::Reject);
                    call.$run(self, $($asynchronous)* |conn| -> Result<Receipt, Failure> {
                        body!(conn, transfer);
                        Ok(Receipt::from(&transfer))
                    }) $($awaited)*
                }

                async fn decline(
                    &mut self,
                    key: &IdempotencyKey,
                    transfer: Transfer,
                ) -> Result<Outcome<Receipt>, Failure> {
                    let call = Idempotent::new(OPERATION).key(key).fingerprint(&transfer);
                    let call = call.record_errors(Failure::is_final);
                    call.$run(self, $($asynchronous)* |conn| -> Result<Receipt, Failure> {
                        body!(conn, transfer);
                        Err(Failure::Declined)
                    }) $($awaited)*
                }
            }
        };
    };
}

macro_rules! sync_client {
    ($($connection:ty)*) => {$(
        client!(
            $connection, false, diesel::Connection, diesel::RunQueryDsl,
            diesel::connection::SimpleConnection, run, (move), ()
        );
    )*};
}

macro_rules! async_client {
    ($($connection:ty)*) => {$(
        client!(
            $connection, true, diesel_async::AsyncConnection, diesel_async::RunQueryDsl,
            diesel_async::SimpleAsyncConnection, run_async, (async move), (.await)
        );
    )*};
}

sync_client!(PgConnection MysqlConnection SqliteConnection);
async_client!(AsyncPgConnection AsyncMysqlConnection SyncConnectionWrapper<SqliteConnection>);
