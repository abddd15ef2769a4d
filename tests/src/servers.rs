//! Which servers there are to test on, as the environment says.
//!
//! | variable | server |
//! |---|---|
//! | `IDEM_TEST_POSTGRES_URL` | PostgreSQL, as a role that may create databases |
//! | `IDEM_TEST_PGBOUNCER_URL` | PgBouncer in transaction mode, before that PostgreSQL, serving any database |
//! | `IDEM_TEST_MYSQL_URL` | MySQL or MariaDB, as a user who may create databases |
//! | `IDEM_TEST_REQUIRE=1` | a server that isn't configured fails its tests, which are skipped otherwise |
//!
//! `tests/run` starts all of them and sets these. SQLite needs none.

use std::collections::BTreeSet;
use std::env;
use std::io::Write as _;
use std::sync::Mutex;

/// A place where a test's database can live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// PostgreSQL, reached directly.
    Postgres,
    /// PostgreSQL through PgBouncer in transaction mode, without prepared statements kept
    /// over transactions (PgBouncer has them since 1.21 only).
    PgBouncer,
    /// MySQL or MariaDB.
    Mysql,
    /// SQLite with a write-ahead log.
    Sqlite,
    /// SQLite with a rollback journal, its default.
    SqliteJournal,
}

/// The three kinds of database, each with an SQL of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
}

impl Server {
    /// The kind of database behind this server.
    pub fn database(self) -> Database {
        match self {
            Self::Postgres | Self::PgBouncer => Database::Postgres,
            Self::Mysql => Database::Mysql,
            Self::Sqlite | Self::SqliteJournal => Database::Sqlite,
        }
    }

    /// The environment variables a test on this server needs: first the one its connections
    /// are opened with, last the one its database is created with.
    fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["IDEM_TEST_POSTGRES_URL"],
            Self::PgBouncer => &["IDEM_TEST_PGBOUNCER_URL", "IDEM_TEST_POSTGRES_URL"],
            Self::Mysql => &["IDEM_TEST_MYSQL_URL"],
            Self::Sqlite | Self::SqliteJournal => &[],
        }
    }

    /// The URLs to open connections and to create databases with, if the environment gives
    /// them; empty strings for SQLite.
    ///
    /// Where one is missing, says so once on standard error (past libtest's capture) and gives
    /// `None`.
    ///
    /// # Panics
    ///
    /// If one is missing and `IDEM_TEST_REQUIRE=1`.
    pub(crate) fn urls(self) -> Option<ServerUrls> {
        let values: Vec<_> = self
            .variables()
            .iter()
            .map(|name| (name, env::var(name).ok()))
            .collect();
        let missing: Vec<_> = values
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| **name)
            .collect();
        if !missing.is_empty() {
            self.skip(&missing.join(" and "));
            return None;
        }
        let url = |value: Option<&(_, Option<String>)>| {
            value.and_then(|(_, url)| url.clone()).unwrap_or_default()
        };
        Some(ServerUrls {
            test: url(values.first()),
            direct: url(values.last()),
        })
    }

    fn skip(self, missing: &str) {
        static SAID: Mutex<BTreeSet<Server>> = Mutex::new(BTreeSet::new());
        let required = env::var("IDEM_TEST_REQUIRE").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "no {self:?} to test on: {missing} is not set, and IDEM_TEST_REQUIRE=1 asks for it"
        );
        if SAID.lock().is_ok_and(|mut said| said.insert(self)) {
            // Not `eprintln!`, which libtest captures, so that a skip would look like a pass.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED on {self:?}: set {missing} or run tests/run"
            );
        }
    }
}

/// Where a server is.
#[derive(Debug)]
pub(crate) struct ServerUrls {
    /// What the tests connect to.
    pub(crate) test: String,
    /// The database server itself, where databases are created and looked into.
    pub(crate) direct: String,
}
