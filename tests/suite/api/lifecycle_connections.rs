//! The operations on what holds a connection: enums of them, pools, and futures that move between
//! threads.

use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8, deadpool};
use idem_diesel::{
    IdempotencyKey, Inserted, Restored, SoftDelete as _, SoftDeleted, Transitioned, Versioned as _,
    insert_all_once, insert_once, transition,
};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::lifecycles::{
    Lifecycles, New as _, NewPayment, Order, Payment, Stage, orders, payments,
};
use idem_tests::{TestDb, for_each_driver};

use super::multi_connection::AnyConnection;

async fn with_rows<D: Lifecycles>(db: &TestDb<D>) {
    db.lay_out::<Order>().await;
    db.lay_out::<Payment>().await;
    db.execute("INSERT INTO orders (id, state) VALUES (1, 'paid')")
        .await;
}

/// Every operation, twice, each in its shortest form; `order` is the first one.
macro_rules! everything {
    ($conn:ident, [$($await:tt)*], {
        $load:ident $soft_delete:ident $restore:ident $purge:ident $update:ident $execute:ident $verify:ident
    }, $dsl:path) => {{
        use $dsl as Dsl;
        let order: Order = Dsl::$load(orders::table.find(1_i64).select(Order::as_select()), $conn) $($await)* .unwrap();
        for expected in [SoftDeleted::Deleted, SoftDeleted::AlreadyDeleted] {
            assert_eq!(order.$soft_delete($conn) $($await)* .unwrap(), expected);
        }
        for expected in [Restored::Restored, Restored::NotDeleted] {
            assert_eq!(order.$restore($conn) $($await)* .unwrap(), expected);
        }
        assert_eq!(Order::$purge($conn, std::time::Duration::ZERO, 10) $($await)* .unwrap(), 0);
        let key = IdempotencyKey::generate();
        for applied in [true, false] {
            let ship = transition::<Order>(1).from([Stage::Paid]).to(Stage::Shipped).set(orders::carrier.eq("DHL"));
            let moved: Transitioned<Order> = ship.key(&key).$execute($conn) $($await)* .unwrap();
            assert_eq!((moved.is_applied(), moved.into_inner().lock_version), (applied, 3));
        }
        assert!(order.$update($conn, orders::carrier.eq("UPS")) $($await)* .unwrap_err().is_conflict());
        let new = NewPayment::of("a");
        for created in [true, false] {
            let inserted: Inserted<Payment> = insert_once($conn, &new).$verify(|stored| new.is_same(stored)) $($await)* .unwrap();
            assert_eq!(inserted.is_created(), created);
        }
        let batch = [new, NewPayment::of("b")];
        let answers = insert_all_once($conn, &batch).$verify(NewPayment::is_same) $($await)* .unwrap();
        assert!(matches!(answers[..], [Ok(Inserted::Existing(_)), Ok(Inserted::Created(_))]), "{answers:?}");
        let stored: i64 = Dsl::get_result(payments::table.count(), $conn) $($await)* .unwrap();
        assert_eq!(stored, 2);
    }};
}

macro_rules! blocking {
    ($conn:ident) => {
        everything!($conn, [], {
            first soft_delete restore purge_deleted update_versioned execute verify
        }, diesel::RunQueryDsl)
    };
}

macro_rules! suspending {
    ($conn:ident) => {
        everything!($conn, [.await], {
            first soft_delete_async restore_async purge_deleted_async update_versioned_async execute_async verify_async
        }, diesel_async::RunQueryDsl)
    };
}

/// A sync connection and its pool.
trait Pooled: Lifecycles {
    fn on_r2d2(db: &TestDb<Self>);
}

/// An async connection, its pools, and other threads.
trait AsyncPooled: Lifecycles {
    async fn on_deadpool(db: &TestDb<Self>);
    async fn on_bb8(db: &TestDb<Self>);
    async fn on_another_thread(db: &TestDb<Self>);
}

macro_rules! pooled {
    ($($connection:ty)*) => {$(
        impl Pooled for $connection {
            fn on_r2d2(db: &TestDb<Self>) {
                let manager = ConnectionManager::<Self>::new(db.url());
                let pool = Pool::builder().max_size(1).build(manager).unwrap();
                let conn = &mut pool.get().unwrap();
                blocking!(conn);
            }
        }
    )*};
}

macro_rules! async_pooled {
    ($($connection:ty)*) => {$(
        impl AsyncPooled for $connection {
            async fn on_deadpool(db: &TestDb<Self>) {
                let manager = AsyncDieselConnectionManager::<Self>::new(db.url());
                let pool = deadpool::Pool::builder(manager).max_size(1).build().unwrap();
                let conn = &mut pool.get().await.unwrap();
                suspending!(conn);
            }

            async fn on_bb8(db: &TestDb<Self>) {
                let manager = AsyncDieselConnectionManager::<Self>::new(db.url());
                let pool = bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
                let conn = &mut pool.get().await.unwrap();
                suspending!(conn);
            }

            async fn on_another_thread(db: &TestDb<Self>) {
                let mut conn = db.connect().await;
                // Which takes futures that are `Send`.
                let there = tokio::spawn(async move {
                    let conn = &mut conn;
                    suspending!(conn);
                });
                there.await.unwrap();
            }
        }
    )*};
}

pooled!(PgConnection MysqlConnection SqliteConnection);
async_pooled!(AsyncPgConnection AsyncMysqlConnection AsyncSqliteConnection);

// Not through PgBouncer: Diesel gives no way to such a connection's cache of prepared statements.
for_each_driver! {
    on postgres_sync mysql_sync sqlite_sync sqlite_journal_sync;

    async fn every_operation_on_a_connection_that_is_one_of_three<D: Lifecycles>(db: &TestDb<D>) {
        with_rows(db).await;
        let conn = &mut AnyConnection::establish(db.url()).unwrap();
        blocking!(conn);
    }

    async fn every_operation_on_a_connection_of_r2d2<D: Pooled>(db: &TestDb<D>) {
        with_rows(db).await;
        D::on_r2d2(db);
    }
}

for_each_driver! {
    on postgres_async mysql_async sqlite_async sqlite_journal_async;

    async fn every_operation_on_a_connection_of_deadpool<D: AsyncPooled>(db: &TestDb<D>) {
        with_rows(db).await;
        D::on_deadpool(db).await;
    }

    async fn every_operation_on_a_connection_of_bb8<D: AsyncPooled>(db: &TestDb<D>) {
        with_rows(db).await;
        D::on_bb8(db).await;
    }

    async fn every_operation_in_a_task_that_moves_between_threads<D: AsyncPooled>(db: &TestDb<D>) {
        with_rows(db).await;
        D::on_another_thread(db).await;
    }
}
