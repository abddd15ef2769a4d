//! The same page on servers, each time in a database of its own.

#[path = "../servers/mod.rs"]
mod database;

use crate::http::books;
use crate::shop::Shop;
use database::on_a_server;

#[cfg(feature = "postgres")]
#[test]
fn one_charge_with_idempotency_and_two_without_on_postgres() {
    on_a_server::<diesel::PgConnection>("IDEM_TEST_POSTGRES_URL", |url| {
        one_charge_or_two(url, "idem_claim('one'");
    });
}

#[cfg(feature = "mysql")]
#[test]
fn one_charge_with_idempotency_and_two_without_on_mysql() {
    on_a_server::<diesel::MysqlConnection>("IDEM_TEST_MYSQL_URL", |url| {
        one_charge_or_two(url, "INSERT INTO idem_records");
    });
}

/// `claim` is how that database claims a key.
fn one_charge_or_two(url: &str, claim: &str) {
    let shop = Shop::open_on(url, tempfile::tempdir().unwrap(), 0);
    assert!(shop.charge("one", "response-lost").is_none());
    let again = shop.charge("one", "delivered").unwrap().json();
    assert_eq!(again["replayed"], true, "{again}");
    assert_eq!(books(&shop), (1, 1, 100_000 - 1_999));

    assert!(shop.charge_without_key("two", "response-lost").is_none());
    assert_eq!(
        shop.charge_without_key("two", "delivered").unwrap().status,
        200
    );
    assert_eq!(books(&shop), (3, 2, 100_000 - 3 * 1_999));

    let request = &shop.snapshot()["requests"][0];
    assert_eq!(request["record"]["status"], "completed", "{request}");
    let sql = request["sql"].as_array().unwrap();
    let has = |text: &str| {
        sql.iter()
            .any(|sent| sent["sql"].as_str().unwrap().contains(text))
    };
    assert!(has(claim) && has("INSERT INTO"), "{request}");

    // At the same time, and each is heard: one charge.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(shop.charge("three", "delivered").unwrap().status, 200));
        }
    });
    assert_eq!(books(&shop).0, 4);
    assert_eq!(
        shop.post("/start-over", &[], &serde_json::Value::Null)
            .unwrap()
            .status,
        204
    );
    assert_eq!(books(&shop), (0, 0, 100_000));
}
