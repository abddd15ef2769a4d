//! Payments: once for a key.

use super::audit;
use super::server::{Server, at_once};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_moves_the_money_and_can_be_read() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let body = json!({"from": from, "to": to, "cents": 200, "reference": "tea"});
    let paid = server.post("/payments", "k", body).await;
    assert_eq!(paid.status, 201);
    assert!(!paid.is_replayed);
    assert_eq!(
        server.get(paid.location.as_deref().unwrap()).await.body,
        paid.body
    );
    assert_eq!(
        (server.balance(from).await, server.balance(to).await),
        (300, 200)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_gets_the_first_answer_and_pays_nothing() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let body = json!({"from": from, "to": to, "cents": 200});
    let first = server.post("/payments", "k", body.clone()).await;
    for key in ["k", "\"k\""] {
        server
            .post("/payments", key, body.clone())
            .await
            .replays(&first);
    }
    assert_eq!(server.balance(from).await, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_copies_at_once_pay_once() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let request = server
        .request(Method::POST, "/payments")
        .header("Idempotency-Key", "k");
    let body = json!({"from": from, "to": to, "cents": 200});
    let answers = at_once(50, &request.json(&body)).await;
    let (fresh, copies): (Vec<_>, Vec<_>) = answers.iter().partition(|one| !one.is_replayed);
    assert_eq!((fresh.len(), copies.len()), (1, 49), "{answers:?}");
    assert_eq!(fresh[0].status, 201);
    for copy in copies {
        copy.replays(fresh[0]);
    }
    assert_eq!(
        (server.balance(from).await, server.balance(to).await),
        (300, 200)
    );
    audit::books(&server.database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_used_for_another_payment_is_refused() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    server
        .post(
            "/payments",
            "k",
            json!({"from": from, "to": to, "cents": 200}),
        )
        .await;
    let other = server
        .post(
            "/payments",
            "k",
            json!({"from": from, "to": to, "cents": 201}),
        )
        .await;
    other.is_problem(422, "urn:idem:key-reused");
    assert_eq!(server.balance(from).await, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_refused_for_want_of_money_is_refused_again_when_there_is_some() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(100).await, server.account(500).await);
    let body = json!({"from": from, "to": to, "cents": 200});
    let refused = server.post("/payments", "k", body.clone()).await;
    refused.is_problem(402, "urn:payments-api:insufficient-funds");
    server
        .post(
            "/payments",
            "other",
            json!({"from": to, "to": from, "cents": 300}),
        )
        .await;
    assert_eq!(server.post("/payments", "k", body.clone()).await, refused);
    assert_eq!(server.post("/payments", "new", body).await.status, 201);
    assert_eq!(server.balance(from).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_isnt_there_leaves_the_key_as_good_as_new() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let from = server.account(500).await;
    let body = json!({"from": from, "to": from + 1, "cents": 200});
    let refused = server.post("/payments", "k", body.clone()).await;
    refused.is_problem(422, "urn:payments-api:unknown-account");
    server.account(0).await;
    assert_eq!(server.post("/payments", "k", body).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_both_ways_at_once_neither_deadlock_nor_lose_money() {
    let Some(server) = Server::start(&["--connections", "20"]).await else {
        return;
    };
    let (a, b) = (server.account(100_000).await, server.account(100_000).await);
    let payments = (0..100).map(|number| {
        let (from, to) = if number % 2 == 0 { (a, b) } else { (b, a) };
        let key = format!("k{number}");
        let request = server
            .request(Method::POST, "/payments")
            .header("Idempotency-Key", key);
        tokio::spawn(super::server::answer(
            request.json(&json!({"from": from, "to": to, "cents": 1 + number})),
        ))
    });
    for payment in payments.collect::<Vec<_>>() {
        assert_eq!(payment.await.unwrap().status, 201);
    }
    assert_eq!(server.balance(a).await, 100_000 + 50);
    audit::books(&server.database).await;
}
