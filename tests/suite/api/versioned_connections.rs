//! Versioned writes on connections behind something, and from tasks.

use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8, deadpool};
use diesel_async::{AsyncConnection as _, RunQueryDsl as AsyncDsl};
use idem_diesel::{
    Expected, RetryPolicy, Versioned as _, WriteError, retry_on_conflict, retry_on_conflict_async,
};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::versions::{Stock, Versions, stock};
use idem_tests::{Driver, TestDb, for_each_driver};

use super::multi_connection::AnyConnection;

const POLICY: RetryPolicy = RetryPolicy::attempts(3);

/// Writes the row in every way on a connection, whatever it is behind, and leaves rows 2 and 3.
macro_rules! write_in_every_way {
    (
        $conn:expr, $dsl:path,
        [$update:ident $write:ident $expecting:ident $all:ident $delete:ident $increment:ident], $retried:ident => $retry:expr, $($await:tt)*
    ) => {{
        use $dsl as Dsl;
        let conn = $conn;
        let row = stock::table.find(1_i64).select(Stock::as_select());
        let copy: Stock = Dsl::first(row, conn) $($await)* .unwrap();
        let second = copy.$update(conn, stock::pieces.eq(90)) $($await)* .unwrap().into_inner();
        assert_eq!((second.pieces, second.lock_version), (90, 1));
        let stale = copy.$write(conn, stock::pieces.eq(80)) $($await)*;
        assert!(matches!(&stale, Err(WriteError::Conflict { current, .. }) if **current == second), "{stale:?}");
        assert!(second.$write(conn, stock::pieces.eq(80)) $($await)* .unwrap().is_changed());
        let third = Stock::$expecting(conn, 1_i64, Expected::Exactly(2), stock::pieces.eq(70)) $($await)* .unwrap().into_inner();
        let fourth = third.$increment(conn) $($await)* .unwrap();
        assert_eq!((fourth.pieces, fourth.lock_version), (70, 4));
        assert_eq!(Stock::$all(conn, stock::table, stock::pieces.eq(60)) $($await)* .unwrap(), 3);
        let $retried = conn;
        let fifth: Stock = $retry $($await)* .unwrap();
        fifth.$delete($retried) $($await)* .unwrap();
        let rest: i64 = Dsl::get_result(stock::table.count(), $retried) $($await)* .unwrap();
        assert_eq!((fifth.lock_version, rest), (6, 2));
    }};
}

macro_rules! write_blocking {
    ($conn:expr) => {
        write_in_every_way!(
            $conn, diesel::RunQueryDsl,
            [update_versioned write_versioned update_expecting update_all delete_versioned force_increment],
            conn => retry_on_conflict(conn, POLICY, 1_i64, |conn, fresh: Stock, _| {
                Ok::<_, WriteError<Stock>>(fresh.update_versioned(conn, stock::pieces.eq(50))?.into_inner())
            }),
        )
    };
}

macro_rules! write_async {
    ($conn:expr) => {
        write_in_every_way!(
            $conn, AsyncDsl,
            [update_versioned_async write_versioned_async update_expecting_async update_all_async
             delete_versioned_async force_increment_async],
            conn => retry_on_conflict_async(conn, POLICY, 1_i64, async |conn, fresh: Stock, _| {
                let written = fresh.update_versioned_async(conn, stock::pieces.eq(50)).await?;
                Ok::<_, WriteError<Stock>>(written.into_inner())
            }),
            .await
        )
    };
}

/// Blocking connections behind r2d2.
trait Pooled: Versions<Stock> {
    fn write_on_r2d2(url: &str);
}

/// Async connections behind pools, and in a task of their own.
trait AsyncPooled: Versions<Stock> {
    async fn write_on_deadpool(url: &str);
    async fn write_on_bb8(url: &str);
    async fn write_in_a_task(url: String);
}

macro_rules! pooled {
    ($($connection:ty)*) => {$(
        impl Pooled for $connection {
            fn write_on_r2d2(url: &str) {
                let manager = ConnectionManager::<Self>::new(url);
                let pool = Pool::builder().max_size(1).build(manager).unwrap();
                write_blocking!(&mut pool.get().unwrap());
            }
        }
    )*};
}

macro_rules! async_pooled {
    ($($connection:ty)*) => {$(
        impl AsyncPooled for $connection {
            async fn write_on_deadpool(url: &str) {
                let manager = AsyncDieselConnectionManager::<Self>::new(url);
                let pool = deadpool::Pool::builder(manager).max_size(1).build().unwrap();
                write_async!(&mut pool.get().await.unwrap());
            }

            async fn write_on_bb8(url: &str) {
                let manager = AsyncDieselConnectionManager::<Self>::new(url);
                let pool = bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
                write_async!(&mut pool.get().await.unwrap());
            }

            async fn write_in_a_task(url: String) {
                let task = tokio::spawn(async move {
                    let mut conn = Self::establish(&url).await.unwrap();
                    write_async!(&mut conn);
                });
                task.await.unwrap();
            }
        }
    )*};
}

pooled!(PgConnection MysqlConnection SqliteConnection);
async_pooled!(AsyncPgConnection AsyncMysqlConnection AsyncSqliteConnection);

for_each_driver! {
    on postgres_sync pgbouncer_sync mysql_sync sqlite_sync sqlite_journal_sync;

    async fn rows_are_written_on_connections_of_r2d2<D: Pooled>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        D::write_on_r2d2(db.url());
    }
}

for_each_driver! {
    // Diesel gives no way to such a connection's cache of prepared statements, which PgBouncer minds.
    on postgres_sync mysql_sync sqlite_sync sqlite_journal_sync;

    async fn rows_are_written_on_a_connection_that_is_one_of_three<D: Driver>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        write_blocking!(&mut AnyConnection::establish(db.url()).unwrap());
    }
}

for_each_driver! {
    on postgres_async mysql_async sqlite_async sqlite_journal_async;

    async fn rows_are_written_on_connections_of_deadpool<D: AsyncPooled>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        D::write_on_deadpool(db.url()).await;
    }

    async fn rows_are_written_on_connections_of_bb8<D: AsyncPooled>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        D::write_on_bb8(db.url()).await;
    }

    async fn rows_are_written_in_a_task_of_its_own<D: AsyncPooled>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        D::write_in_a_task(db.url().to_owned()).await;
    }
}
