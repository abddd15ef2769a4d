//! The table, made and kept small.

use crate::connection::IdempotentConnection;
use crate::driver::{Blocking, now};
use crate::{Error, admin};

/// Makes the records table and its index, if they aren't there, and on PostgreSQL two functions.
/// Safe to call at every start, from many servers at once. In PostgreSQL these are
/// `public.idem_records`, `idem_claim` and `idem_finish`, whatever `search_path` says; in MySQL the
/// table is in the connection's database. Since PostgreSQL 15 an ordinary role may not create in
/// `public`: let the database's owner run this, or a migration, and grant SELECT, INSERT, UPDATE
/// and DELETE on the table (and EXECUTE on the functions, where PUBLIC hasn't got that).
///
/// Teams that keep their schema in migrations use the folders in `migrations/` with
/// `diesel migration run`, or `MIGRATIONS` with the feature `migrations`.
///
/// # Errors
/// When the database refuses.
pub fn setup<C: IdempotentConnection>(conn: &mut C) -> Result<(), Error> {
    now(admin::setup(&mut Blocking::new(conn)))
}

/// Deletes at most `batch` records whose time is over, oldest first, and says how many it deleted.
/// A record that is being worked on is never deleted. Call it until it gives less than `batch`,
/// with a pause in between, from as many servers as you like: batches of 1,000 every 50 ms keep
/// out of the traffic's way.
///
/// # Errors
/// When the database fails; what was purged before stays purged.
pub fn purge_expired<C: IdempotentConnection>(conn: &mut C, batch: u32) -> Result<usize, Error> {
    now(admin::purge_expired(&mut Blocking::new(conn), batch))
}

/// The migrations that make the table, on whichever database they are run:
/// `conn.run_pending_migrations(idem_diesel::MIGRATIONS)`.
#[cfg(feature = "migrations")]
pub const MIGRATIONS: Migrations = Migrations(());

/// The type of [`MIGRATIONS`].
#[cfg(feature = "migrations")]
#[derive(Debug, Clone, Copy)]
pub struct Migrations(());

/// The migrations in one database's folder.
#[cfg(feature = "migrations")]
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    expect(unused_macros, reason = "no database is on")
)]
macro_rules! migrations {
    ($backend:ty, $folder:literal) => {
        impl diesel::migration::MigrationSource<$backend> for Migrations {
            fn migrations(
                &self,
            ) -> diesel::migration::Result<Vec<Box<dyn diesel::migration::Migration<$backend>>>>
            {
                const FOLDER: diesel_migrations::EmbeddedMigrations =
                    diesel_migrations::embed_migrations!($folder);
                FOLDER.migrations()
            }
        }
    };
}

#[cfg(all(feature = "migrations", feature = "postgres"))]
migrations!(diesel::pg::Pg, "migrations/postgres");
#[cfg(all(feature = "migrations", feature = "mysql"))]
migrations!(diesel::mysql::Mysql, "migrations/mysql");
#[cfg(all(feature = "migrations", feature = "sqlite"))]
migrations!(diesel::sqlite::Sqlite, "migrations/sqlite");
