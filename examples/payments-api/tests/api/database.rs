//! A database of its own for each test.

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use std::env;
use std::io::Write as _;
use url::Url;
use uuid::Uuid;

/// A database that is dropped at the end.
pub struct Database {
    server: String,
    name: String,
    pub url: String,
}

impl Database {
    /// Nothing, where the environment names no server: the test says so and is skipped; with
    /// `IDEM_TEST_REQUIRE=1` it fails instead.
    pub async fn create() -> Option<Self> {
        let Ok(server) = env::var("IDEM_TEST_POSTGRES_URL") else {
            let required = env::var("IDEM_TEST_REQUIRE").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "IDEM_TEST_POSTGRES_URL is not set, and IDEM_TEST_REQUIRE=1 asks for it"
            );
            // Not `eprintln!`, which is captured, so that a skip would look like a pass.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: set IDEM_TEST_POSTGRES_URL to try the service on that server"
            );
            return None;
        };
        let mut url = Url::parse(&server).unwrap();
        let name = format!("payments_{}", Uuid::now_v7().simple());
        url.set_path(&name);
        run(&server, &format!("CREATE DATABASE {name}")).await;
        Some(Self {
            server,
            name,
            url: url.into(),
        })
    }

    pub async fn connect(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.url).await.unwrap()
    }

    /// Lets nobody in any more, and throws out who is in: as if it were down.
    pub async fn close(&self) {
        let name = &self.name;
        run(
            &self.server,
            &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        )
        .await;
        let all = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        run(&self.server, &all).await;
    }

    pub async fn open(&self) {
        let name = &self.name;
        run(
            &self.server,
            &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
        )
        .await;
    }
}

async fn run(server: &str, sql: &str) {
    let mut conn = AsyncPgConnection::establish(server).await.unwrap();
    conn.batch_execute(sql).await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        // A thread of its own, as a runtime can't wait within a runtime. A database that is left over
        // harms nobody, and a failed test should say its own failure.
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(run(&server, &drop));
        })
        .join();
    }
}
