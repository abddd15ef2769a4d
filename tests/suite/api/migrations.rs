use std::path::Path;

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use idem_diesel::{IdempotencyKey, MIGRATIONS, Outcome};
use idem_tests::{Driver, TestDb, deposit_once, for_each_driver};

/// A connection that migrations run on.
trait Migrated: Driver {
    /// Runs those of [`MIGRATIONS`] that haven't been run; gives how many those were.
    fn run(&mut self) -> usize;

    /// The same with the folder that `diesel migration run` is given.
    fn run_folder(&mut self) -> usize;

    /// Undoes the last one.
    fn revert(&mut self);

    /// Everything that the database knows about the records table, in an order.
    fn describe(&mut self) -> String;
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

macro_rules! migrated {
    ($connection:ty, $folder:literal, $described_by:literal) => {
        impl Migrated for $connection {
            fn run(&mut self) -> usize {
                self.run_pending_migrations(MIGRATIONS).unwrap().len()
            }

            fn run_folder(&mut self) -> usize {
                let folders =
                    Path::new(env!("CARGO_MANIFEST_DIR")).join("../idem-diesel/migrations");
                let migrations = FileBasedMigrations::from_path(folders.join($folder)).unwrap();
                assert_eq!(
                    names::<<$connection as Connection>::Backend>(&migrations),
                    names::<<$connection as Connection>::Backend>(&MIGRATIONS),
                );
                self.run_pending_migrations(migrations).unwrap().len()
            }

            fn revert(&mut self) {
                self.revert_last_migration(MIGRATIONS).unwrap();
            }

            fn describe(&mut self) -> String {
                let lines: Vec<Line> = diesel::sql_query($described_by).load(self).unwrap();
                lines.into_iter().map(|line| line.line + "\n").collect()
            }
        }
    };
}

fn names<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> Vec<String> {
    let migrations = source.migrations().unwrap();
    migrations
        .iter()
        .map(|migration| migration.name().to_string())
        .collect()
}

migrated!(
    PgConnection,
    "postgres",
    "SELECT concat_ws(' ', column_name, data_type, is_nullable, column_default, collation_name) AS line \
     FROM information_schema.columns WHERE table_name = 'idem_records' \
     UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = 'idem_records' \
     UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass('idem_records') ORDER BY 1"
);
migrated!(
    MysqlConnection,
    "mysql",
    "SELECT CONCAT_WS(' ', column_name, column_type, is_nullable, column_default, collation_name) AS line \
     FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'idem_records' \
     UNION ALL SELECT CONCAT_WS(' ', index_name, seq_in_index, column_name, non_unique) \
     FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'idem_records' \
     UNION ALL SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'idem_records' ORDER BY 1"
);
migrated!(
    SqliteConnection,
    "sqlite",
    "SELECT coalesce(sql, name) AS line FROM sqlite_schema WHERE tbl_name = 'idem_records' ORDER BY 1"
);

for_each_driver! {
    on postgres_sync mysql_sync sqlite_sync;

    async fn migrations_make_the_same_table_as_setup_and_undo_it<D: Migrated>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let made_by_setup = conn.describe();
        assert!(made_by_setup.contains("expires_at"), "{made_by_setup}");
        db.execute("DROP TABLE idem_records").await;
        assert_eq!(conn.describe(), "");

        assert_eq!((conn.run(), conn.describe()), (1, made_by_setup.clone()));
        assert_eq!(conn.run(), 0);
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Fresh(1050));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));

        conn.revert();
        assert_eq!(conn.describe(), "");
        assert_eq!((conn.run_folder(), conn.describe()), (1, made_by_setup));
        // What was run from the folder is known to the embedded ones.
        assert_eq!(conn.run(), 0);
    }

    async fn migrations_after_setup_keep_its_table_and_records<D: Migrated>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let made_by_setup = conn.describe();
        let _ = deposit_once(&mut conn, &key, 50).await.unwrap();
        assert_eq!((conn.run(), conn.describe()), (1, made_by_setup));
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));
    }
}
