//! The schemas of `docs/recipes.md`, as they stand there.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_diesel::{Restored, SoftDelete, SoftDeleted, WriteError};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::lifecycles::{Lifecycles, SoftDeletes};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};

const RECIPES: &str = include_str!("../../../docs/recipes.md");

/// The statements of the one block that is marked so.
fn statements(database: Database, mark: &str) -> Vec<&'static str> {
    let name = match database {
        Database::Postgres => "postgres",
        Database::Mysql => "mysql",
        Database::Sqlite => "sqlite",
    };
    let fence = format!("```sql,{name}{mark}\n");
    let mut blocks = RECIPES.split(&fence).skip(1);
    let block = blocks.next().expect("such a block");
    assert!(blocks.next().is_none(), "two blocks {fence:?}");
    let (sql, _) = block.split_once("```").expect("an end of the block");
    let statements = sql.split(';').map(str::trim);
    statements
        .filter(|statement| !statement.is_empty())
        .collect()
}

async fn follow<D: Lifecycles>(db: &TestDb<D>, mark: &str) {
    db.skip_where_statements_are_parted();
    for statement in statements(db.server().database(), mark) {
        db.execute(statement).await;
    }
}

/// The table, with a column for times that the database in hand has.
macro_rules! listed {
    ($module:ident, $time:ident, $read:ty, [$($connection:ident)+]) => {
        mod $module {
            use super::*;

            diesel::table! {
                products (id) {
                    id -> BigInt,
                    name -> Text,
                    deleted_at -> Nullable<$time>,
                }
            }

            #[derive(Debug, Identifiable, Queryable, Selectable, SoftDelete)]
            pub(super) struct Product {
                id: i64,
                deleted_at: Option<$read>,
            }

            $(impl Recipes for $connection {
                async fn soft_delete_product(&mut self, id: i64) -> SoftDeleted {
                    self.soft_delete(&Product { id, deleted_at: None }).await.unwrap()
                }

                async fn restore_product(&mut self, id: i64) -> Result<Restored, String> {
                    match self.restore(&Product { id, deleted_at: None }).await {
                        Err(WriteError::RestoreConflict { constraint }) => Err(constraint),
                        restored => Ok(restored.unwrap()),
                    }
                }

                async fn purge_products(&mut self) -> usize {
                    SoftDeletes::<Product>::purge_deleted(self, Duration::ZERO, 10).await.unwrap()
                }
            })+
        }
    };
}

listed!(postgres, Timestamptz, chrono::DateTime<chrono::Utc>, [PgConnection AsyncPgConnection]);
listed!(mysql, Datetime, chrono::NaiveDateTime, [MysqlConnection AsyncMysqlConnection]);
listed!(sqlite, Timestamp, chrono::NaiveDateTime, [SqliteConnection AsyncSqliteConnection]);

/// What is done to the recipes' products.
trait Recipes: Lifecycles {
    /// Deletes it.
    async fn soft_delete_product(&mut self, id: i64) -> SoftDeleted;

    /// Restores it, or names what is in the way.
    async fn restore_product(&mut self, id: i64) -> Result<Restored, String>;

    /// Removes what is deleted.
    async fn purge_products(&mut self) -> usize;

    /// Inserts one of this name.
    async fn add(&mut self, id: i64, name: &str) -> QueryResult<usize> {
        let insert = format!("INSERT INTO products (id, name) VALUES ({id}, '{name}')");
        self.execute(&insert).await
    }
}

fn assert_taken(added: QueryResult<usize>) {
    let Err(DieselError::DatabaseError(kind, _)) = added else {
        panic!("{added:?}")
    };
    assert!(
        matches!(kind, DatabaseErrorKind::UniqueViolation),
        "{kind:?}"
    );
}

for_each_driver! {
    async fn a_name_is_unique_among_live_rows_and_free_once_deleted<D: Recipes>(db: &TestDb<D>) {
        follow(db, "").await;
        let mut conn = db.connect().await;
        assert_eq!(conn.add(1, "tea").await, Ok(1));
        assert_taken(conn.add(2, "tea").await);
        // Two have left the name behind by the end, and a third one has it.
        for id in 1..=2 {
            assert_eq!(conn.soft_delete_product(id).await, SoftDeleted::Deleted);
            assert_eq!(conn.add(id + 1, "tea").await, Ok(1));
            assert_taken(conn.add(9, "tea").await);
        }
        for id in 1..=2 {
            let constraint = conn.restore_product(id).await.unwrap_err();
            let expected = match db.server().database() {
                Database::Sqlite => "products.name",
                Database::Postgres | Database::Mysql => "products_live_name",
            };
            assert!(constraint.ends_with(expected), "{constraint}");
        }
        assert_eq!(conn.soft_delete_product(3).await, SoftDeleted::Deleted);
        assert_eq!(conn.restore_product(1).await, Ok(Restored::Restored));
        assert_taken(conn.add(4, "tea").await);
    }

    async fn a_unique_key_with_the_time_of_deletion_in_it_binds_no_live_row<D: Recipes>(db: &TestDb<D>) {
        follow(db, ",wrong").await;
        let mut conn = db.connect().await;
        for id in 1..=3 {
            assert_eq!(conn.add(id, "tea").await, Ok(1));
        }
        assert_eq!(conn.soft_delete_product(1).await, SoftDeleted::Deleted);
        assert_eq!(conn.restore_product(1).await, Ok(Restored::Restored));
    }

    async fn a_purge_works_with_the_index_for_it<D: Recipes>(db: &TestDb<D>) {
        follow(db, "").await;
        follow(db, ",purge").await;
        let mut conn = db.connect().await;
        assert_eq!(conn.add(1, "tea").await, Ok(1));
        assert_eq!(conn.add(2, "milk").await, Ok(1));
        assert_eq!(conn.soft_delete_product(1).await, SoftDeleted::Deleted);
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(conn.purge_products().await, 1);
        assert_eq!(conn.number("SELECT COUNT(*) AS n FROM products").await, Ok(1));
    }
}
