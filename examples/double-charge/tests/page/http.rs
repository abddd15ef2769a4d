//! The shop as any client sees it.

use crate::shop::Shop;
use crate::wire::order;
use diesel::{Connection as _, SqliteConnection};
use idem_diesel::{IdempotencyKey, RecordId, records};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::Duration;

/// Charges that the database holds, charges that are expected, and the balance.
pub(crate) fn books(shop: &Shop) -> (i64, i64, i64) {
    let shop = &shop.snapshot()["shop"];
    let number = |name: &str| shop[name].as_i64().unwrap();
    (number("charges"), number("expected"), number("balance"))
}

#[test]
fn the_same_key_twice_is_one_charge_and_one_receipt() {
    let shop = Shop::open(0);
    let first = shop.charge("one", "delivered").unwrap().json();
    let second = shop.charge("one", "delivered").unwrap().json();
    assert_eq!(
        (&first["replayed"], &second["replayed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(first["receipt"], second["receipt"]);
    assert_eq!(books(&shop), (1, 1, 100_000 - 1_999));
}

#[test]
fn the_same_purchase_twice_without_a_key_is_two_charges() {
    let shop = Shop::open(0);
    for _ in 0..2 {
        assert_eq!(
            shop.charge_without_key("one", "delivered").unwrap().status,
            200
        );
    }
    assert_eq!(books(&shop), (2, 1, 100_000 - 2 * 1_999));
    let purchases = &shop.snapshot()["shop"]["purchases"];
    assert_eq!(purchases[0]["charges"].as_array().unwrap().len(), 2);
}

#[test]
fn a_lost_answer_is_silence_after_the_charge() {
    let shop = Shop::open(0);
    assert!(shop.charge("one", "response-lost").is_none());
    assert_eq!(books(&shop), (1, 1, 100_000 - 1_999));
    assert_eq!(shop.snapshot()["requests"][0]["stage"], "response-lost");
    let again = shop.charge("one", "delivered").unwrap().json();
    assert_eq!(again["replayed"], true);
    assert_eq!(books(&shop), (1, 1, 100_000 - 1_999));
}

#[test]
fn a_lost_request_is_silence_and_no_charge() {
    let shop = Shop::open(0);
    assert!(shop.charge("one", "request-lost").is_none());
    assert_eq!(books(&shop), (0, 1, 100_000));
    let request = shop.snapshot()["requests"][0].clone();
    assert_eq!(
        (&request["stage"], &request["did"]),
        (&json!("request-lost"), &Value::Null)
    );
}

#[test]
fn the_line_loses_as_much_as_it_is_told_to() {
    let shop = Shop::open(0);
    let heard = |loss: &str| {
        let headers = [("Idempotency-Key", "one"), ("Line-Loss", loss)];
        (0..60)
            .filter(|_| shop.post("/charge", &headers, &order("one")).is_some())
            .count()
    };
    assert_eq!(heard("0"), 60);
    assert!(heard("0.95") < 20); // by chance: once in 10^11
    assert_eq!(books(&shop).0, 1);
}

#[test]
fn a_key_that_is_missing_or_malformed_is_a_problem() {
    let shop = Shop::open(0);
    let with = |headers| shop.post("/charge", headers, &order("one")).unwrap();
    with(&[]).is_problem(400, "urn:idem:missing-key");
    with(&[("Idempotency-Key", "\"one")]).is_problem(400, "urn:idem:invalid-key");
    with(&[("Idempotency-Key", "one, two")]).is_problem(400, "urn:idem:invalid-key");
    assert_eq!(books(&shop), (0, 0, 100_000));
}

#[test]
fn an_order_that_says_nothing_sensible_is_a_problem() {
    let shop = Shop::open(0);
    let bad = "urn:double-charge:bad-request";
    let with = |headers: &[(&str, &str)], order: Value| {
        shop.post("/charge-without-key", headers, &order).unwrap()
    };
    with(&[("Line-Fate", "eaten")], order("one")).is_problem(400, bad);
    for loss in ["2", "-1", "NaN", "half"] {
        with(&[("Line-Loss", loss)], order("one")).is_problem(400, bad);
    }
    for name in ["", "two words", "<b>\u{1f4b8}", &"x".repeat(65)] {
        with(&[], order(name)).is_problem(400, bad);
    }
    with(&[], json!({ "purchase": "one" })).is_problem(400, bad);
    let plain = shop.send(
        "POST",
        "/charge-without-key",
        &[],
        &order("one").to_string(),
    );
    plain.unwrap().is_problem(400, bad); // a form on another site can send no JSON
    assert_eq!(books(&shop), (0, 0, 100_000));
}

#[test]
fn who_has_no_money_is_declined_and_not_expected_to_pay() {
    let shop = Shop::open(0);
    for number in 0..50 {
        let answer = shop
            .charge(&format!("purchase-{number}"), "delivered")
            .unwrap();
        assert_eq!(answer.status, 200);
    }
    let declined = shop.charge("one-more", "delivered").unwrap();
    declined.is_problem(402, "urn:double-charge:declined");
    assert_eq!(books(&shop), (50, 50, 100_000 - 50 * 1_999));
}

#[test]
fn starting_over_gives_the_money_back_and_ends_old_purchases() {
    let shop = Shop::open(0);
    shop.charge("one", "delivered").unwrap();
    assert_eq!(
        shop.post("/start-over", &[], &Value::Null).unwrap().status,
        204
    );
    assert_eq!(books(&shop), (0, 0, 100_000));
    let old = shop.charge("one", "delivered").unwrap();
    old.is_problem(410, "urn:double-charge:started-over");
    let mut new = order("two");
    new["round"] = json!(2);
    assert_eq!(
        shop.post("/charge-without-key", &[], &new).unwrap().status,
        200
    );
    assert_eq!(books(&shop), (1, 1, 100_000 - 1_999));
}

#[test]
fn the_record_that_is_shown_is_the_one_in_the_database() {
    let shop = Shop::open(0);
    shop.charge("one", "response-lost");
    let shown = shop.snapshot()["requests"][0]["record"].clone();

    let mut conn = SqliteConnection::establish(&shop.file().display().to_string()).unwrap();
    let key: IdempotencyKey = "one".parse().unwrap();
    let id = RecordId {
        operation: "double-charge.charge",
        tenant: "",
        key: &key,
    };
    let stored = records::get(&mut conn, &id).unwrap().unwrap();
    assert_eq!(shown["key"], "one");
    assert_eq!(shown["status"], "completed");
    assert_eq!(shown["fingerprint"], stored.record.fingerprint.to_string());
    assert_eq!(shown["result"], json!(stored.record.result));
    assert_eq!(shown["created_at"], stored.created_at);
    assert_eq!(shown["expires_at"], stored.expires_at);
}

#[test]
fn the_sql_that_is_shown_is_the_whole_protocol() {
    let shop = Shop::open(0);
    shop.charge("one", "delivered");
    shop.charge("one", "delivered");
    shop.charge_without_key("two", "delivered");
    let requests = shop.snapshot()["requests"].clone();
    let sql = |request: usize| -> Vec<&str> {
        let sql = requests[request]["sql"].as_array().unwrap();
        sql.iter()
            .map(|sent| sent["sql"].as_str().unwrap())
            .collect()
    };
    let has = |sql: &[&str], text: &str| sql.iter().any(|sent| sent.contains(text));

    let first = sql(0);
    assert!(
        first.iter().any(|sent| sent.starts_with("BEGIN IMMEDIATE")),
        "{first:?}"
    );
    assert!(
        has(&first, "INSERT INTO `double_charge_charges`"),
        "{first:?}"
    );
    assert!(has(&first, "INSERT INTO idem_records"), "{first:?}");
    assert_eq!(first.last(), Some(&"COMMIT"));
    let replay = sql(1);
    assert!(has(&replay, "FROM idem_records WHERE key"), "{replay:?}");
    assert!(!has(&replay, "double_charge"), "{replay:?}");
    let without = sql(2);
    assert!(
        has(&without, "INSERT INTO `double_charge_charges`"),
        "{without:?}"
    );
    assert!(!has(&without, "idem_records"), "{without:?}");
}

#[test]
fn only_this_machine_and_this_page_are_answered() {
    let shop = Shop::open(0);
    let with = |name, value: &str| {
        let headers = [("Content-Type", "application/json"), (name, value)];
        shop.send(
            "POST",
            "/charge-without-key",
            &headers,
            &order("one").to_string(),
        )
        .unwrap()
    };
    let port = shop.port;
    let elsewhere = [
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1.evil.example:{port}"),
    ];
    for host in &elsewhere {
        with("Host", host).is_problem(421, "urn:double-charge:misdirected");
    }
    for origin in [
        "http://evil.example",
        "null",
        &format!("https://127.0.0.1:{port}"),
        "http://localhost:1",
    ] {
        with("Origin", origin).is_problem(421, "urn:double-charge:misdirected");
    }
    assert_eq!(books(&shop), (0, 0, 100_000));
    for ours in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(with("Host", &format!("{ours}:{port}")).status, 200);
        assert_eq!(with("Origin", &format!("http://{ours}:{port}")).status, 200);
    }
}

#[test]
fn who_hangs_up_on_the_way_is_shown_as_gone() {
    let shop = Shop::open(400);
    let body = order("one").to_string();
    let request = format!(
        "POST /charge-without-key HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        shop.port,
        body.len(),
    );
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, shop.port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(100));
    drop(stream);
    thread::sleep(Duration::from_millis(500));
    assert_eq!(shop.snapshot()["requests"][0]["stage"], "hung-up");
    assert_eq!(books(&shop), (0, 1, 100_000));
}

#[test]
fn a_port_that_is_taken_is_refused_and_named() {
    let shop = Shop::open(0);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_double-charge"))
        .args(["serve", "--port", &shop.port.to_string()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(&format!("port {}", shop.port)), "{stderr}");
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to_even_while_browsers_look() {
    let mut shop = Shop::open(0);
    shop.charge("one", "delivered").unwrap();
    let _browser = shop.events();
    assert!(shop.end().success());
}
