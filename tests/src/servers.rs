//! Which servers there are to test on, as the environment says.
//!
//! | variable | what it says |
//! |---|---|
//! | `IDEM_TEST_POSTGRES_URL` | PostgreSQL, as a role that may create databases |
//! | `IDEM_TEST_PGBOUNCER_URL` | PgBouncer in transaction mode, before that PostgreSQL, serving any database |
//! | `IDEM_TEST_PGBOUNCER_PREPARED=1` | that PgBouncer carries prepared statements (1.21 and later, with `max_prepared_statements`) |
//! | `IDEM_TEST_MYSQL_URL` | MySQL or MariaDB, as a user who may create databases |
//! | `IDEM_TEST_SKIPS` | a file to write skipped tests' reasons to as well |
//! | `IDEM_TEST_REQUIRE=1` | a server that isn't configured fails its tests, which are skipped otherwise |
//!
//! `tests/run` starts all of them and sets these. SQLite needs none.

use std::collections::BTreeSet;
use std::env;
use std::io::Write as _;
use std::panic::resume_unwind;
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
    /// Where one is missing, the test is skipped.
    ///
    /// # Panics
    ///
    /// If one is missing and `IDEM_TEST_REQUIRE=1`.
    pub(crate) fn urls(self) -> ServerUrls {
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
            let missing = missing.join(" and ");
            assert!(
                !is_set("IDEM_TEST_REQUIRE"),
                "no {self:?} to test on: {missing} is not set, and IDEM_TEST_REQUIRE=1 asks for it"
            );
            skip(&format!("on {self:?}: set {missing} or run tests/run"));
        }
        let url = |value: Option<&(_, Option<String>)>| {
            value.and_then(|(_, url)| url.clone()).unwrap_or_default()
        };
        ServerUrls {
            test: url(values.first()),
            direct: url(values.last()),
        }
    }
}

/// Whether the PgBouncer keeps apart its clients' prepared statements.
pub(crate) fn pgbouncer_prepares() -> bool {
    is_set("IDEM_TEST_PGBOUNCER_PREPARED")
}

/// Ends a test without a verdict, aloud.
pub fn skip(reason: &str) -> ! {
    say_skipped(reason);
    resume_unwind(Box::new(Skipped))
}

/// What a skipped test unwinds with.
pub(crate) struct Skipped;

fn is_set(variable: &str) -> bool {
    env::var(variable).is_ok_and(|value| value == "1")
}

/// Says once that tests are skipped, and writes it to the file for skips, if there is one.
fn say_skipped(reason: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if SAID
        .lock()
        .is_ok_and(|mut said| said.insert(reason.to_owned()))
    {
        // Not `eprintln!`, which libtest captures, so that a skip would look like a pass.
        let _ = writeln!(std::io::stderr(), "SKIPPED {reason}");
    }
    if let Ok(path) = env::var("IDEM_TEST_SKIPS") {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path);
        let written = file.and_then(|mut file| file.write_all(format!("{reason}\n").as_bytes()));
        written.expect("the file for skips can be written");
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
