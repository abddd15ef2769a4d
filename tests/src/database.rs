//! A database of one's own for each test, gone when the test is over.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::bank::Bank as _;
use crate::calls::Calls as _;
use crate::driver::Driver;
use crate::gate::PATIENCE;
use crate::schema;
use crate::servers::{Server, pgbouncer_prepares, skip};
use crate::storage::Storage;
use crate::waiters::Waiters;

/// A fresh database with the records table and the tables [`accounts`](crate::accounts) and
/// [`ledger`](crate::ledger), dropped with this value, also when the test panics.
#[derive(Debug)]
pub struct TestDb<D> {
    server: Server,
    url: String,
    direct_url: String,
    on_connect: Vec<String>,
    storage: Arc<Storage>,
    driver: PhantomData<fn() -> D>,
}

impl<D: Driver> TestDb<D> {
    /// Creates a database on this server, or [skips](crate::servers::skip) the test where the
    /// environment knows no such server.
    ///
    /// # Panics
    ///
    /// If the server can't be reached or refuses, or isn't configured and `IDEM_TEST_REQUIRE=1`.
    pub async fn create(server: Server) -> Self {
        let urls = server.urls();
        let (url, direct_url, storage) = Storage::create(server, &urls);
        let storage = Arc::new(storage);
        let db = Self {
            server,
            url,
            direct_url,
            on_connect: Vec::new(),
            storage,
            driver: PhantomData,
        };
        let mut conn = db.plain().await;
        conn.setup().await.expect("the records table is created");
        for statement in schema::ddl(server.database()) {
            conn.execute(&statement)
                .await
                .expect("the tables are created");
        }
        db
    }

    /// Where the tests' connections go: through PgBouncer if that is the server.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the database itself is; the same as [`url`](Self::url) but for PgBouncer.
    #[must_use]
    pub fn direct_url(&self) -> &str {
        &self.direct_url
    }

    /// The server this database is on.
    #[must_use]
    pub fn server(&self) -> Server {
        self.server
    }

    /// The same database, whose connections run `sql` when they are opened.
    #[must_use]
    pub fn on_connect(&self, sql: &str) -> Self {
        let mut on_connect = self.on_connect.clone();
        on_connect.push(sql.into());
        let (url, direct_url) = (self.url.clone(), self.direct_url.clone());
        Self {
            server: self.server,
            url,
            direct_url,
            on_connect,
            storage: Arc::clone(&self.storage),
            driver: PhantomData,
        }
    }

    /// A new connection.
    ///
    /// # Panics
    ///
    /// If the database can't be reached.
    pub async fn connect(&self) -> D {
        D::open(&self.url, self.server != Server::PgBouncer, &self.session()).await
    }

    /// What each connection is told when it is opened.
    #[must_use]
    pub fn session(&self) -> Vec<String> {
        let mut statements = session(self.server);
        statements.extend_from_slice(&self.on_connect);
        statements
    }

    /// A new blocking connection to the database itself, to look at what is committed.
    ///
    /// # Panics
    ///
    /// If the database can't be reached.
    pub async fn plain(&self) -> D::Plain {
        D::Plain::open(&self.direct_url, true, &session(self.server)).await
    }

    /// What an account holds, as committed.
    ///
    /// # Panics
    ///
    /// If there is no such account, or the database can't be reached.
    pub async fn balance(&self, account: i64) -> i64 {
        self.plain()
            .await
            .balance(account)
            .await
            .expect("the account is there")
    }

    /// How many deposits were committed.
    ///
    /// # Panics
    ///
    /// If the database can't be reached.
    pub async fn ledger_count(&self) -> i64 {
        self.plain()
            .await
            .ledger_count()
            .await
            .expect("the ledger is there")
    }

    /// Runs `caller` in `n` threads, each with a connection of its own and let loose at the
    /// same moment; gives what they gave, in order of their number (from 0).
    ///
    /// # Panics
    ///
    /// If one of them does, after all have ended.
    pub async fn concurrently<R: Send>(
        &self,
        n: usize,
        caller: impl AsyncFn(usize, &mut D) -> R + Sync,
    ) -> Vec<R> {
        // diesel-async prepares and executes a statement in two messages, also when it connects;
        // outside a transaction, a busy PgBouncer sends them to two servers.
        if D::IS_ASYNC && self.server == Server::PgBouncer && !pgbouncer_prepares() {
            skip(
                "races of diesel-async through PgBouncer: it takes 1.21, with max_prepared_statements",
            );
        }
        let mut connections = Vec::new();
        for _ in 0..n {
            connections.push(self.connect().await);
        }
        let (runtime, start, caller) = (&Handle::current(), &Barrier::new(n), &caller);
        let one = move |number, mut conn| {
            start.wait();
            let job: Pin<Box<dyn Future<Output = R> + '_>> = Box::pin(caller(number, &mut conn));
            runtime.block_on(job)
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = connections
                .into_iter()
                .enumerate()
                .map(|(number, conn)| scope.spawn(move || one(number, conn)))
                .collect();
            let ended: Vec<_> = threads
                .into_iter()
                .map(std::thread::ScopedJoinHandle::join)
                .collect();
            ended
                .into_iter()
                .map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// Waits until `n` sessions of this database wait for a lock. SQLite can't tell: there it
    /// waits 200 ms.
    ///
    /// # Panics
    ///
    /// After 30 seconds.
    pub async fn until_blocked(&self, n: usize) {
        let mut waiters = Waiters::of(self.server.database(), &self.direct_url).await;
        let start = Instant::now();
        loop {
            match waiters.count().await {
                None => return tokio::time::sleep(Duration::from_millis(200)).await,
                Some(count) if count >= n => return,
                Some(count) => {
                    let stuck = start.elapsed() > PATIENCE;
                    assert!(
                        !stuck,
                        "{count} sessions wait for a lock, not {n}, after {PATIENCE:?}"
                    );
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// What a user of this server would set on a connection.
fn session(server: Server) -> Vec<String> {
    let pragmas: &[&str] = match server {
        Server::Sqlite => &["PRAGMA busy_timeout = 20000", "PRAGMA journal_mode = WAL"],
        Server::SqliteJournal => &[
            "PRAGMA busy_timeout = 20000",
            "PRAGMA journal_mode = DELETE",
        ],
        Server::Postgres | Server::PgBouncer | Server::Mysql => &[],
    };
    pragmas.iter().map(ToString::to_string).collect()
}
