//! Redis, as the environment names it.

#![expect(
    clippy::expect_used,
    reason = "a harness that can't do its work fails the test"
)]

use crate::PATIENCE;
use idem_redis::{AsyncRedisStore, Options};
use idem_tests::servers::skip;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use uuid::Uuid;

/// The Redis that the environment names, and a prefix for keys of one's own. Where it names none, the
/// test is [skipped](idem_tests::servers::skip).
///
/// # Panics
/// If it can't be reached, or isn't there and `IDEM_TEST_REQUIRE=1`.
pub async fn redis() -> (ConnectionManager, String) {
    const VARIABLE: &str = "IDEM_TEST_REDIS_URL";
    let Ok(url) = std::env::var(VARIABLE) else {
        let is_required = std::env::var("IDEM_TEST_REQUIRE").is_ok_and(|value| value == "1");
        assert!(
            !is_required,
            "{VARIABLE} is not set, and IDEM_TEST_REQUIRE=1 asks for it"
        );
        skip(&format!("on Redis: set {VARIABLE} or run tests/run"));
    };
    let client = redis::Client::open(url).expect("the URL is Redis's");
    // Thousands of requests share the one connection.
    let config = ConnectionManagerConfig::new().set_response_timeout(Some(PATIENCE));
    let connection = client.get_connection_manager_with_config(config).await;
    let prefix = format!("idem-test-{}", Uuid::now_v7().simple());
    (connection.expect("Redis can be reached"), prefix)
}

/// A store in that Redis.
///
/// # Panics
/// As [`redis`](redis()).
pub async fn redis_store() -> AsyncRedisStore<ConnectionManager> {
    let (connection, prefix) = redis().await;
    AsyncRedisStore::with_options(connection, Options::default().prefix(prefix)).timeout(PATIENCE)
}
