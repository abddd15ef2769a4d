//! Changes that are more than a value for a column.

use diesel::backend::Backend;
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel::serialize::{Output, ToSql};
use diesel::sql_types::BigInt;
use diesel::{deserialize, serialize};
use idem_diesel::{Expected, Inserted, Updated, Versioned, WriteError, insert_once};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::servers::Database;
use idem_tests::versions::{Stock, Versions, stock};
use idem_tests::{Gate, TestDb, for_each_driver};

/// A changeset of a user's.
#[derive(AsChangeset)]
#[diesel(table_name = stock)]
struct Counted {
    pieces: Option<i64>,
}

/// A new row whose key its user has chosen.
#[derive(Insertable, Identifiable)]
#[diesel(table_name = stock)]
struct NewStock {
    id: i64,
    pieces: i64,
}

/// A key of a user's own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
struct Shelf(i64);

impl<DB: Backend> ToSql<BigInt, DB> for Shelf
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Shelf
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

/// A row under such a key.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = stock)]
struct Shelved {
    id: Shelf,
    pieces: i64,
    lock_version: i32,
}

/// Changes of other kinds.
trait Changed: Versions<Stock> {
    /// With an expression over the column.
    async fn take(
        &mut self,
        copy: &Stock,
        pieces: i64,
    ) -> Result<Updated<Stock>, WriteError<Stock>>;

    /// With a changeset.
    async fn count(
        &mut self,
        copy: &Stock,
        counted: Counted,
    ) -> Result<Updated<Stock>, WriteError<Stock>>;

    /// Gives the row another key, and brings it back.
    async fn renumbered(
        &mut self,
        copy: &Stock,
        id: i64,
    ) -> Result<Updated<Stock>, WriteError<Stock>>;

    /// Gives the row another key.
    async fn renumber(&mut self, copy: &Stock, id: i64) -> Result<Updated<()>, WriteError<Stock>>;

    /// Inserts a row.
    async fn add_once(&mut self, new: &NewStock) -> Result<Inserted<Stock>, WriteError<Stock>>;

    /// Writes a row by a key of a user's own type, in each way; gives its version.
    async fn write_shelf(&mut self, shelf: Shelf) -> Result<i32, WriteError<Shelved>>;

    /// Takes one from each of two rows, and from those of at least this many pieces.
    async fn take_from_each(
        &mut self,
        ids: [i64; 2],
        at_least: i64,
    ) -> Result<usize, WriteError<Stock>>;
}

macro_rules! changed {
    ($connection:ty, $dsl:path, [$update:ident $write:ident $all:ident $expecting:ident $unverified:ident $delete:ident], $($await:tt)*) => {
        impl Changed for $connection {
            async fn take(&mut self, copy: &Stock, pieces: i64) -> Result<Updated<Stock>, WriteError<Stock>> {
                copy.$update(self, (stock::pieces.eq(stock::pieces - pieces),)) $($await)*
            }

            async fn count(&mut self, copy: &Stock, counted: Counted) -> Result<Updated<Stock>, WriteError<Stock>> {
                copy.$update(self, counted) $($await)*
            }

            async fn renumbered(&mut self, copy: &Stock, id: i64) -> Result<Updated<Stock>, WriteError<Stock>> {
                copy.$update(self, stock::id.eq(id)) $($await)*
            }

            async fn renumber(&mut self, copy: &Stock, id: i64) -> Result<Updated<()>, WriteError<Stock>> {
                copy.$write(self, (stock::id.eq(id), stock::pieces.eq(7))) $($await)*
            }

            async fn add_once(&mut self, new: &NewStock) -> Result<Inserted<Stock>, WriteError<Stock>> {
                insert_once(self, new).$unverified() $($await)*
            }

            async fn write_shelf(&mut self, shelf: Shelf) -> Result<i32, WriteError<Shelved>> {
                use $dsl as Dsl;
                let row = stock::table.find(shelf).select(Shelved::as_select());
                let copy: Shelved = Dsl::first(row, self) $($await)* ?;
                let second = copy.$update(self, stock::pieces.eq(90)) $($await)* ?.into_inner();
                let third = Shelved::$expecting(self, shelf, Expected::Exactly(1), stock::pieces.eq(80)) $($await)* ?;
                assert!(second.$delete(self) $($await)* .unwrap_err().is_conflict());
                Ok(third.into_inner().lock_version)
            }

            async fn take_from_each(&mut self, [one, other]: [i64; 2], at_least: i64) -> Result<usize, WriteError<Stock>> {
                let rows = stock::table.filter(stock::id.eq(one).or(stock::id.eq(other)));
                Stock::$all(self, rows.filter(stock::pieces.ge(at_least)), stock::pieces.eq(stock::pieces - 1)) $($await)*
            }
        }
    };
}

macro_rules! sync_changed {
    ($($connection:ty)*) => {$(
        changed!(
            $connection, diesel::RunQueryDsl,
            [update_versioned write_versioned update_all update_expecting unverified delete_versioned],
        );
    )*};
}

macro_rules! async_changed {
    ($($connection:ty)*) => {$(
        changed!(
            $connection, diesel_async::RunQueryDsl,
            [update_versioned_async write_versioned_async update_all_async update_expecting_async
             unverified_async delete_versioned_async], .await
        );
    )*};
}

sync_changed!(PgConnection MysqlConnection SqliteConnection);
async_changed!(AsyncPgConnection AsyncMysqlConnection AsyncSqliteConnection);

for_each_driver! {
    async fn changes_may_be_expressions_and_the_stored_row_comes_back<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let row = conn.take(&copy, 30).await.unwrap().into_inner();
        assert_eq!(row, Stock { pieces: 70, lock_version: 1, ..copy.clone() });
        assert!(conn.take(&copy, 30).await.unwrap_err().is_conflict());
        assert_eq!(conn.take(&row, 30).await.unwrap().into_inner().pieces, 40);
    }

    async fn changes_may_be_a_changeset_of_which_only_what_is_there_is_written<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let empty = conn.count(&copy, Counted { pieces: None }).await.unwrap();
        assert_eq!(empty, Updated::Unchanged(copy.clone()));
        let row = conn.count(&copy, Counted { pieces: Some(5) }).await.unwrap();
        assert_eq!(row, Updated::Changed(Stock { pieces: 5, lock_version: 1, ..copy }));
    }

    async fn a_copy_straight_from_an_insert_writes_and_goes_stale<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let inserted = conn.add_once(&NewStock { id: 7, pieces: 10 }).await.unwrap();
        assert!(inserted.is_created());
        let copy = inserted.into_inner();
        assert_eq!(copy, Stock { id: 7, pieces: 10, lock_version: 0 });
        let row = conn.take(&copy, 3).await.unwrap().into_inner();
        assert_eq!(row, Stock { id: 7, pieces: 7, lock_version: 1 });
        assert!(conn.take(&copy, 3).await.unwrap_err().is_conflict());
    }

    async fn a_row_is_written_by_a_key_of_a_type_of_its_own<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        assert_eq!(db.connect().await.write_shelf(Shelf(1)).await.unwrap(), 2);
        assert_eq!(db.stored().await, Some(Stock { id: 1, pieces: 80, lock_version: 2 }));
    }

    async fn changes_may_move_the_primary_key<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        assert_eq!(conn.renumber(&copy, 9).await.unwrap(), Updated::Changed(()));
        let missing = conn.renumber(&copy, 9).await.unwrap_err();
        assert!(matches!(missing, WriteError::NotFound), "{missing:?}");
        let moved = "SELECT COUNT(*) AS n FROM stock WHERE id = 9 AND pieces = 7 AND lock_version = 1";
        assert_eq!(conn.number(moved).await, Ok(1));
    }

    async fn a_violated_constraint_passes_through_and_the_copy_stays_good<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let taken = conn.renumber(&copy, 2).await.unwrap_err();
        let WriteError::Database(diesel::result::Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = taken else {
            panic!("{taken:?}");
        };
        assert_eq!(db.stored().await, Some(copy.clone()));
        assert!(conn.take(&copy, 30).await.unwrap().is_changed());
    }

    async fn an_update_of_all_rows_touches_those_of_its_target_alone<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        assert_eq!(conn.take_from_each([1, 3], 100).await.unwrap(), 2);
        assert_eq!(conn.take_from_each([2, 3], 100).await.unwrap(), 1);
        assert_eq!(conn.take_from_each([8, 9], 0).await.unwrap(), 0);
        let once = "SELECT COUNT(*) AS n FROM stock WHERE pieces = 99 AND lock_version = 1";
        assert_eq!(conn.number(once).await, Ok(3));
    }
}

for_each_driver! {
    async fn an_update_of_all_rows_that_had_to_wait_touches_them_as_they_are_by_then<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let begun = Gate::new();
        db.concurrently(2, async |number, conn: &mut D| {
            if number == 0 {
                conn.begin().await.unwrap();
                conn.execute("UPDATE stock SET pieces = 150, lock_version = 7 WHERE id = 1").await.unwrap();
                begun.open();
                db.until_blocked(1).await;
                conn.commit().await.unwrap();
            } else {
                begun.wait().await;
                // A database that has one writer may have the other one ask again.
                let mut touched = conn.take_from_each([1, 1], 0).await;
                while matches!(&touched, Err(WriteError::Retryable(_))) {
                    touched = conn.take_from_each([1, 1], 0).await;
                }
                assert_eq!(touched.unwrap(), 1);
            }
        }).await;
        let mut conn = db.connect().await;
        let once = "SELECT COUNT(*) AS n FROM stock WHERE id = 1 AND pieces = 149 AND lock_version = 8";
        assert_eq!(conn.number(once).await, Ok(1));
    }
}

for_each_driver! {
    // MySQL and MariaDB read the row back by the key it had.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn a_row_whose_key_was_moved_comes_back_with_the_new_one<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let row = conn.renumbered(&copy, 9).await.unwrap();
        assert_eq!(row, Updated::Changed(Stock { id: 9, lock_version: 1, ..copy }));
    }
}

for_each_driver! {
    on mysql_sync mysql_async;

    async fn a_row_whose_key_was_moved_is_not_there_to_be_read_back<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let moved = conn.renumbered(&copy, 9).await;
        assert!(matches!(moved, Err(WriteError::DeletedSince)), "{moved:?}");
        let there = "SELECT COUNT(*) AS n FROM stock WHERE id = 9 AND lock_version = 1";
        assert_eq!(conn.number(there).await, Ok(1));
    }
}

for_each_driver! {
    // SQLite's triggers change a row after its own statement has returned it.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async;

    async fn the_row_that_comes_back_is_what_a_trigger_made_of_it<D: Changed>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        if db.server().database() == Database::Postgres {
            db.execute("CREATE FUNCTION half() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.pieces := NEW.pieces / 2; RETURN NEW; END'").await;
            db.execute("CREATE TRIGGER half BEFORE UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION half()").await;
        } else {
            db.execute("CREATE TRIGGER half BEFORE UPDATE ON stock FOR EACH ROW SET NEW.pieces = NEW.pieces DIV 2").await;
        }
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        let row = conn.update(&copy, Some(60)).await.unwrap().into_inner();
        assert_eq!(row, Stock { pieces: 30, lock_version: 1, ..copy });
        assert_eq!(conn.increment(&row).await.unwrap(), Stock { pieces: 15, lock_version: 2, ..row });
    }
}
