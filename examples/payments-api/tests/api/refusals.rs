//! What is refused, and that a refusal uses no key up.

use super::server::{Answer, Server, answer};
use diesel_async::SimpleAsyncConnection as _;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn pay(server: &Server, body: &'static str, key: Option<&str>) -> Answer {
    let request = server.request(Method::POST, "/payments").body(body);
    let request = request.header("content-type", "application/json");
    answer(match key {
        Some(key) => request.header("Idempotency-Key", key),
        None => request,
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_no_payment_is_refused_and_uses_no_key_up() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    server.account(500).await;
    server.account(0).await;
    for (body, status) in [
        ("", 400),
        ("{", 400),
        (r#"{"from": 1, "to": 2, "cents": "\ud800"}"#, 400),
        ("{}", 422),
        (r#"{"from": 1, "to": 2, "cents": 0}"#, 422),
        (r#"{"from": 1, "to": 2, "cents": 1.5}"#, 422),
        (
            r#"{"from": 1, "to": 2, "cents": 99999999999999999999999}"#,
            422,
        ),
        (r#"{"from": 1, "to": 2, "cents": 1, "tip": 1}"#, 422),
        (
            r#"{"from": 1, "to": 2, "cents": 1, "reference": "\u0000"}"#,
            422,
        ),
        (r#"{"from": 1, "to": 1, "cents": 1}"#, 422),
    ] {
        let refused = pay(&server, body, Some("k")).await;
        assert_eq!(refused.status, status, "{body}: {refused:?}");
        assert!(
            refused.body["type"]
                .as_str()
                .unwrap()
                .starts_with("urn:payments-api:")
        );
    }
    let paid = pay(&server, r#"{"from": 1, "to": 2, "cents": 1}"#, Some("k")).await;
    assert_eq!((paid.status, paid.is_replayed), (201, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_missing_or_malformed_is_400() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let body = r#"{"from": 1, "to": 2, "cents": 1}"#;
    pay(&server, body, None)
        .await
        .is_problem(400, "urn:idem:missing-key");
    let too_long = "k".repeat(256);
    for key in ["", "two words", "\"open", "a,b", &too_long] {
        let refused = pay(&server, body, Some(key)).await;
        refused.is_problem(400, "urn:idem:invalid-key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_is_checked_before_the_database_sees_it() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    for path in [
        "/accounts/0",
        "/accounts/x",
        "/accounts/99999999999999999999",
        "/payments/-1",
        "/stock/%00",
        "/stock/tea",
        "/stock/%FF",
        "/stock/A%2FB",
    ] {
        let refused = server.get(path).await;
        refused.is_problem(400, "urn:payments-api:unreadable");
    }
    server
        .get("/stock/A/B")
        .await
        .is_problem(404, "urn:payments-api:not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sum_overflows() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let path = "/stock/TEAPOT/adjustments";
    server
        .post(path, "start", json!({"pieces": 1_000_000}))
        .await;
    let seen = server.get("/stock/TEAPOT").await.etag.unwrap();
    let all = json!({"pieces": 1_000_000_000});
    assert_eq!(
        server
            .change(Method::PUT, "/stock/TEAPOT", &seen, all)
            .await
            .status,
        200
    );
    let over = server.post(path, "over", json!({"pieces": 1})).await;
    over.is_problem(409, "urn:payments-api:overfull");
    let (from, to) = (server.account(1_000).await, server.account(0).await);
    let mut conn = server.database.connect().await;
    let fill = format!("UPDATE accounts SET balance_cents = 1000000000000000 WHERE id = {to}");
    conn.batch_execute(&fill).await.unwrap();
    let full = server
        .post(
            "/payments",
            "k",
            json!({"from": from, "to": to, "cents": 1}),
        )
        .await;
    full.is_problem(409, "urn:payments-api:account-full");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_what_is_still_running_is_409_with_a_time_to_come_again() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let mut rival = server.database.connect().await;
    let lock = format!("BEGIN; SELECT id FROM accounts WHERE id = {from} FOR UPDATE");
    rival.batch_execute(&lock).await.unwrap();
    let pay = || {
        let request = server
            .request(Method::POST, "/payments")
            .header("Idempotency-Key", "k");
        answer(request.json(&json!({"from": from, "to": to, "cents": 200})))
    };
    let first = tokio::spawn(pay());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let copy = pay().await; // waits for 5 s, less than the first one may wait for the row
    copy.is_problem(409, "urn:idem:in-flight");
    assert!(copy.retry_after.is_some());
    rival.batch_execute("COMMIT").await.unwrap();
    let first = first.await.unwrap();
    assert_eq!(first.status, 201);
    pay().await.replays(&first);
    assert_eq!(server.balance(from).await, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_names_every_route_and_every_status() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let document = server.get("/openapi.json").await.body;
    let operations: Vec<&Value> = document["paths"].as_object().unwrap().values().collect();
    assert_eq!(operations.len(), 9, "{document}");
    let pay = document["paths"]["/payments"]["post"]["responses"]
        .as_object()
        .unwrap();
    let statuses: Vec<_> = pay.keys().collect();
    assert_eq!(
        statuses,
        [
            "201", "400", "402", "409", "413", "415", "422", "500", "503"
        ]
    );
}
