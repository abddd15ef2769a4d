//! A database of one's own on a server. Where the environment names no server, the test says so and
//! is skipped; with `IDEM_TEST_REQUIRE=1` it fails instead.

use diesel::connection::SimpleConnection;
use std::env;
use std::io::Write as _;
use url::Url;
use uuid::Uuid;

/// Does this with a database on the server that this environment variable names.
pub(crate) fn on_a_server<C: diesel::Connection>(variable: &str, test: impl FnOnce(&str)) {
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
    test(database.url.as_str());
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
        let name = format!("double_charge_{}", Uuid::now_v7().simple());
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
