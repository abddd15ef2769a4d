//! The pool of connections.

use crate::failure::Failure;
use ::deadpool::Runtime;
use ::deadpool::managed::{QueueMode, Timeouts};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, deadpool};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use std::time::Duration;

pub(crate) type Pool = deadpool::Pool<AsyncPgConnection>;
pub(crate) type PoolError = deadpool::PoolError;

/// How long a request waits for a connection, be it another's or a new one: longer than most requests
/// take, and shorter than people wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// What each session sets for itself, so that the server, too, gives up what nobody waits for any more.
///
/// A request that was cut off leaves its connection with the transaction open, key and locks held, until
/// the pool looks at it: when it would lend it again. The last limit is for the case that it doesn't.
const SESSION: &str = "SET lock_timeout = '8s'; SET statement_timeout = '15s';
    SET idle_in_transaction_session_timeout = '5s'; SET timezone = 'UTC'";

/// A pool that has no connection yet.
pub(crate) fn pool(url: &str, connections: u16) -> Result<Pool, Failure> {
    let mut config = ManagerConfig::default();
    config.custom_setup = Box::new(|url| {
        Box::pin(async move {
            let mut conn = AsyncPgConnection::establish(url).await?;
            let set = conn.batch_execute(SESSION).await;
            set.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(conn)
        })
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let pool = Pool::builder(manager)
        .max_size(connections.into())
        .timeouts(Timeouts {
            wait: Some(PATIENCE),
            create: Some(PATIENCE),
            recycle: Some(PATIENCE),
        })
        // The last one back is the first one looked at: so a retry clears what it comes after.
        .queue_mode(QueueMode::Lifo)
        .runtime(Runtime::Tokio1)
        .build()?;
    Ok(pool)
}

/// Asks the database for a sign of life: the pool tries each connection before it lends it.
pub(crate) async fn is_ready(pool: &Pool) -> Result<(), PoolError> {
    pool.get().await.map(drop)
}
