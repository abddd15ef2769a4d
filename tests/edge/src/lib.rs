//! Stores over the suite's databases, with connections from real pools.

mod in_redis;

use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, bb8};
use idem_core::testing::{BlockOn, Executor};
use idem_core::{AsyncStore, Store};
use idem_diesel::{DieselStore, asynchronous};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::{Driver, Server, TestDb};
use std::time::Duration;
use tokio::runtime::Handle;

pub use in_redis::{redis, redis_store};

/// How many connections a pool has.
const CONNECTIONS: u32 = 8;

/// How long a call waits for one of them: thousands stand in the queue.
const PATIENCE: Duration = Duration::from_secs(120);

/// A connection whose pool feeds a blocking store.
pub trait Pooled: Driver {
    /// A store over this database.
    fn store(db: &TestDb<Self>) -> impl Store + Clone + Send + Sync;
}

/// A connection whose pool feeds an async store.
pub trait AsyncPooled: Driver {
    /// A store over this database.
    ///
    /// # Panics
    /// If the pool can't be made.
    fn async_store(
        db: &TestDb<Self>,
    ) -> impl Future<Output = impl AsyncStore + Clone + Send + Sync + 'static>;
}

/// Waits for a store's futures on the test's runtime, from any thread that isn't the runtime's own.
#[derive(Debug, Clone)]
pub struct OnRuntime(pub Handle);

impl Executor for OnRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
}

/// An async store as a blocking one.
pub fn blocking<S: AsyncStore>(store: S) -> BlockOn<S, OnRuntime> {
    BlockOn::with_executor(store, OnRuntime(Handle::current()))
}

/// What each connection is told when it is opened.
#[derive(Debug)]
struct Session {
    statements: Vec<String>,
    keeps_statements: bool,
}

impl Session {
    fn of<D: Driver>(db: &TestDb<D>) -> Self {
        Self {
            statements: db.session(),
            keeps_statements: db.server() != Server::PgBouncer,
        }
    }
}

impl<C: diesel::Connection> CustomizeConnection<C, diesel::r2d2::Error> for Session {
    fn on_acquire(&self, conn: &mut C) -> Result<(), diesel::r2d2::Error> {
        if !self.keeps_statements {
            conn.set_prepared_statement_cache_size(diesel::connection::CacheSize::Disabled);
        }
        let mut statements = self.statements.iter();
        statements
            .try_for_each(|statement| conn.batch_execute(statement))
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

macro_rules! pooled {
    ($($connection:ty)*) => {$(
        impl Pooled for $connection {
            fn store(db: &TestDb<Self>) -> impl Store + Clone + Send + Sync {
                let pool = Pool::builder()
                    .max_size(CONNECTIONS)
                    .connection_customizer(Box::new(Session::of(db)))
                    .build(ConnectionManager::<Self>::new(db.url()))
                    .expect("a pool");
                DieselStore::new(move || pool.get())
            }
        }
    )*};
}

macro_rules! async_pooled {
    ($($connection:ty)*) => {$(
        impl AsyncPooled for $connection {
            async fn async_store(db: &TestDb<Self>) -> impl AsyncStore + Clone + Send + Sync + 'static {
                let session = Session::of(db);
                let mut config = ManagerConfig::default();
                config.custom_setup = Box::new(move |url| {
                    let (url, statements) = (url.to_owned(), session.statements.clone());
                    let keeps = session.keeps_statements;
                    Box::pin(async move { Ok(<Self as Driver>::open(&url, keeps, &statements).await) })
                });
                let manager = AsyncDieselConnectionManager::<Self>::new_with_config(db.url(), config);
                let pool = bb8::Pool::builder()
                    .max_size(CONNECTIONS)
                    .connection_timeout(PATIENCE)
                    .build(manager)
                    .await;
                let pool = pool.expect("a pool");
                asynchronous::DieselStore::new(move || {
                    let pool = pool.clone();
                    async move { pool.get_owned().await }
                })
            }
        }
    )*};
}

pooled!(PgConnection MysqlConnection SqliteConnection);
async_pooled!(AsyncPgConnection AsyncMysqlConnection AsyncSqliteConnection);
