//! Connections that a pool hands out: the next one to get a connection finds it as good as new.

use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8, deadpool};
use idem_diesel::{IdempotencyKey, Outcome, Status};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::{Bank, CallError, Driver, TestDb, caught, deposit_call, for_each_driver};

/// What a deposit does after its work.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    Fails,
    Panics,
    /// Only an async one can.
    IsDropped,
    Succeeds,
    IsReplayed,
}

impl Ending {
    const SYNC: [Self; 4] = [Self::Fails, Self::Panics, Self::Succeeds, Self::IsReplayed];
    const ASYNC: [Self; 5] = [
        Self::Fails,
        Self::Panics,
        Self::IsDropped,
        Self::Succeeds,
        Self::IsReplayed,
    ];

    async fn body(self, conn: &mut impl Bank) -> Result<i64, CallError> {
        conn.deposit(1, 50).await?;
        match self {
            Self::Fails => Err(CallError::Declined("it fails")),
            Self::Panics => panic!("it panics"),
            Self::IsDropped => std::future::pending().await,
            Self::Succeeds => Ok(1050),
            Self::IsReplayed => panic!("the body ran again"),
        }
    }

    fn assert_is(self, answer: Option<Answer>) {
        match (self, answer) {
            (Self::Fails, Some(Ok(Err(CallError::Declined(_))))) | (Self::IsDropped, None) => {}
            (Self::Panics, Some(Err(panic))) => {
                assert_eq!(panic.downcast_ref(), Some(&"it panics"));
            }
            (Self::Succeeds, Some(Ok(Ok(answer)))) => assert_eq!(answer, Outcome::Fresh(1050)),
            (Self::IsReplayed, Some(Ok(Ok(answer)))) => {
                assert_eq!(answer, Outcome::Replayed(1050));
            }
            (ending, answer) => panic!("{ending:?}: {answer:?}"),
        }
    }
}

type Answer = std::thread::Result<Result<Outcome<i64>, CallError>>;

/// Lets calls end in each of these ways, each on what the pool hands out next.
async fn assert_each_next_user_is_safe<D: Driver>(
    db: &TestDb<D>,
    endings: &[Ending],
    call: impl AsyncFn(&IdempotencyKey, Ending) -> Option<Answer>,
) {
    let key = IdempotencyKey::generate();
    for ending in endings {
        ending.assert_is(call(&key, *ending).await);
        let expected = match ending {
            Ending::Succeeds | Ending::IsReplayed => (1, Some(Status::Completed)),
            _ => (0, None),
        };
        assert_eq!(db.committed(&key).await, expected, "{ending:?}");
    }
}

/// A pool of one sync connection.
trait Pooled: Driver {
    async fn calls_on_r2d2(db: &TestDb<Self>);
}

/// Pools of one async connection.
trait AsyncPooled: Driver {
    async fn calls_on_deadpool(db: &TestDb<Self>);
    async fn calls_on_bb8(db: &TestDb<Self>);
}

macro_rules! pooled {
    ($($connection:ty)*) => {$(
        impl Pooled for $connection {
            async fn calls_on_r2d2(db: &TestDb<Self>) {
                let manager = ConnectionManager::<Self>::new(db.url());
                let pool = Pool::builder().max_size(1).build(manager).unwrap();
                assert_each_next_user_is_safe(db, &Ending::SYNC, async |key, ending| {
                    let mut conn = pool.get().unwrap();
                    let body = |conn: &mut PooledConnection<_>| pollster::block_on(ending.body(&mut **conn));
                    Some(caught(async { deposit_call(key, 50).run(&mut conn, body) }).await)
                })
                .await;
            }
        }
    )*};
}

macro_rules! async_pooled {
    ($($connection:ty)*) => {$(
        impl AsyncPooled for $connection {
            async fn calls_on_deadpool(db: &TestDb<Self>) {
                let manager = AsyncDieselConnectionManager::<Self>::new(db.url());
                let pool = deadpool::Pool::builder(manager).max_size(1).build().unwrap();
                assert_each_next_user_is_safe(db, &Ending::ASYNC, async |key, ending| {
                    let mut conn = pool.get().await.unwrap();
                    let body = async |conn: &mut deadpool::Object<Self>| ending.body(&mut **conn).await;
                    ended(ending, deposit_call(key, 50).run_async(&mut conn, body)).await
                })
                .await;
            }

            async fn calls_on_bb8(db: &TestDb<Self>) {
                let manager = AsyncDieselConnectionManager::<Self>::new(db.url());
                let pool = bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
                assert_each_next_user_is_safe(db, &Ending::ASYNC, async |key, ending| {
                    let mut conn = pool.get().await.unwrap();
                    let body = async |conn: &mut bb8::PooledConnection<'_, Self>| ending.body(&mut **conn).await;
                    ended(ending, deposit_call(key, 50).run_async(&mut conn, body)).await
                })
                .await;
            }
        }
    )*};
}

/// How a call ended; `None` if it was dropped after a while in its body.
async fn ended(
    ending: Ending,
    call: impl Future<Output = Result<Outcome<i64>, CallError>>,
) -> Option<Answer> {
    if ending != Ending::IsDropped {
        return Some(caught(call).await);
    }
    let while_it_waits = tokio::time::timeout(std::time::Duration::from_millis(300), call);
    let ended = while_it_waits.await.ok();
    ended.map(Ok)
}

pooled!(PgConnection MysqlConnection SqliteConnection);
async_pooled!(AsyncPgConnection AsyncMysqlConnection AsyncSqliteConnection);

for_each_driver! {
    on postgres_sync pgbouncer_sync mysql_sync sqlite_sync sqlite_journal_sync;

    async fn calls_on_connections_of_r2d2<D: Pooled>(db: &TestDb<D>) {
        D::calls_on_r2d2(db).await;
    }
}

for_each_driver! {
    on postgres_async mysql_async sqlite_async sqlite_journal_async;

    async fn calls_on_connections_of_deadpool<D: AsyncPooled>(db: &TestDb<D>) {
        D::calls_on_deadpool(db).await;
    }

    async fn calls_on_connections_of_bb8<D: AsyncPooled>(db: &TestDb<D>) {
        D::calls_on_bb8(db).await;
    }
}
