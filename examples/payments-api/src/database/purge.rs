//! The end of old idempotency records: nothing else deletes them.

use super::Pool;
use idem_diesel::asynchronous::purge_expired;
use std::time::Duration;
use tokio::sync::watch;

/// How many records go at once, and the pause after them, so that traffic comes first.
const BATCH: u32 = 1_000;
const PAUSE: Duration = Duration::from_millis(50);

/// Purges at each interval, until `stop` is true. A failure is logged, and the next interval is
/// the next try. Any number of servers may do it.
pub(crate) async fn purge(pool: Pool, every: Duration, mut stop: watch::Receiver<bool>) {
    loop {
        match purge_all(&pool, &stop).await {
            Ok(0) => {}
            Ok(purged) => tracing::info!(purged, "idempotency records"),
            Err(error) => tracing::warn!(error = %error, "idempotency records are not purged"),
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Batch by batch, and how many there were. A batch that has begun is done, and not cut off.
async fn purge_all(
    pool: &Pool,
    stop: &watch::Receiver<bool>,
) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let mut sum = 0;
    loop {
        let mut conn = pool.get().await?;
        let purged = purge_expired(&mut conn, BATCH).await?;
        drop(conn);
        sum += purged;
        if purged < BATCH as usize || *stop.borrow() {
            return Ok(sum);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
