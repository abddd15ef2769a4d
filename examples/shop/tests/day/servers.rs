//! The same day on servers, each time in a database of its own. Where the environment names no
//! server, the test says so and is skipped; with `IDEM_TEST_REQUIRE=1` it fails instead.

use super::{every_invariant_holds_under_trial, plain_writes_break_invariants};
use diesel::connection::SimpleConnection;
use std::env;
use std::io::Write as _;
use url::Url;
use uuid::Uuid;

#[cfg(feature = "postgres")]
#[test]
fn every_invariant_holds_on_postgres() {
    on_a_server::<diesel::PgConnection>("IDEM_TEST_POSTGRES_URL", |url| {
        every_invariant_holds_under_trial(&["--database-url", url]);
    });
}

#[cfg(feature = "postgres")]
#[test]
fn plain_writes_break_invariants_on_postgres() {
    on_a_server::<diesel::PgConnection>("IDEM_TEST_POSTGRES_URL", |url| {
        plain_writes_break_invariants(&["--database-url", url]);
    });
}

#[cfg(feature = "mysql")]
#[test]
fn every_invariant_holds_on_mysql() {
    on_a_server::<diesel::MysqlConnection>("IDEM_TEST_MYSQL_URL", |url| {
        every_invariant_holds_under_trial(&["--database-url", url]);
    });
}

#[cfg(feature = "mysql")]
#[test]
fn plain_writes_break_invariants_on_mysql() {
    on_a_server::<diesel::MysqlConnection>("IDEM_TEST_MYSQL_URL", |url| {
        plain_writes_break_invariants(&["--database-url", url]);
    });
}

fn on_a_server<C: diesel::Connection>(variable: &str, play: impl FnOnce(&str)) {
    let Ok(url) = env::var(variable) else {
        let required = env::var("IDEM_TEST_REQUIRE").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "{variable} is not set, and IDEM_TEST_REQUIRE=1 asks for it"
        );
        // Not `eprintln!`, which is captured, so that a skip would look like a pass.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: set {variable} to play on that server"
        );
        return;
    };
    let database = Database::<C>::create(&url);
    play(database.url.as_str());
}

/// A database that is dropped at the end.
struct Database<C: SimpleConnection> {
    server: C,
    name: String,
    url: Url,
}

impl<C: diesel::Connection> Database<C> {
    fn create(server: &str) -> Self {
        let mut url = Url::parse(server).unwrap();
        let name = format!("shop_{}", Uuid::now_v7().simple());
        url.set_path(&name);
        let mut server = C::establish(server).unwrap();
        server
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .unwrap();
        Self { server, name, url }
    }
}

impl<C: SimpleConnection> Drop for Database<C> {
    fn drop(&mut self) {
        // A database that is left over harms nobody, and a failed test should say its own failure.
        let _ = self
            .server
            .batch_execute(&format!("DROP DATABASE {}", self.name));
    }
}
