//! The tables, made and migrated.

use super::Pool;
use crate::failure::Failure;
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// This program's own tables.
const OURS: EmbeddedMigrations = embed_migrations!("migrations");

/// One who migrates keeps out the others: the number means nothing but that.
const LOCK: &str = "SELECT pg_advisory_lock(7220410000)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7220410000)";

/// Makes what is missing, the table of the idempotency records first. Any number of servers may start
/// at once.
pub(crate) async fn migrate(pool: &Pool) -> Result<(), Failure> {
    let mut conn = pool.get().await?;
    conn.batch_execute(LOCK).await.map_err(failed)?;
    // Not within a `select!` or `join!`, which the harness would hold up.
    let mut harness = AsyncMigrationHarness::new(conn);
    let done = run(&mut harness);
    // The connection goes back to the pool, and would take the lock with it.
    let mut conn = harness.into_inner();
    conn.batch_execute(UNLOCK).await.map_err(failed)?;
    done.map_err(Failure::Migrate)
}

fn run(harness: &mut impl MigrationHarness<Pg>) -> diesel::migration::Result<()> {
    for migration in harness.run_pending_migrations(idem_diesel::MIGRATIONS)? {
        tracing::info!(%migration, "migrated");
    }
    for migration in harness.run_pending_migrations(OURS)? {
        tracing::info!(%migration, "migrated");
    }
    Ok(())
}

fn failed(error: diesel::result::Error) -> Failure {
    Failure::Migrate(Box::new(error))
}
