//! Accounts: opened once for a key, read and changed under conditions.

use super::server::{Server, answer, at_once};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_once_for_a_key() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let request = server
        .request(Method::POST, "/accounts")
        .header("Idempotency-Key", "k");
    let body = json!({"owner": "Ada Lovelace ☕", "opening_cents": 7});
    let answers = at_once(10, &request.json(&body)).await;
    assert!(
        answers
            .iter()
            .all(|one| one.status == 201 && one.body == answers[0].body)
    );
    assert_eq!(answers.iter().filter(|one| !one.is_replayed).count(), 1);
    let account = server.get(answers[0].location.as_deref().unwrap()).await;
    assert_eq!(
        (account.body, account.etag),
        (answers[0].body.clone(), answers[0].etag.clone())
    );
    assert_eq!(server.get("/accounts/2").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_account_as_it_is_isnt_sent_it_again() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (id, to) = (server.account(10).await, server.account(0).await);
    let path = format!("/accounts/{id}");
    let etag = server.get(&path).await.etag.unwrap();
    let again = || {
        server
            .request(Method::GET, &path)
            .header("If-None-Match", &etag)
    };
    let same = answer(again()).await;
    assert_eq!((same.status, same.etag), (304, Some(etag.clone())));
    server
        .post("/payments", "k", json!({"from": id, "to": to, "cents": 1}))
        .await;
    let changed = answer(again()).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.etag, Some(etag));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_seen_the_account_as_it_is_changes_it() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let path = format!("/accounts/{}", server.account(10).await);
    let seen = server.get(&path).await.etag.unwrap();
    let patch = |owner: &str| {
        let change = json!({ "owner": owner });
        server.change(Method::PATCH, &path, &seen, change)
    };
    let unconditional = server
        .request(Method::PATCH, &path)
        .json(&json!({"owner": "Eve"}));
    answer(unconditional)
        .await
        .is_problem(428, "urn:idem:precondition-required");

    let first = patch("Grace").await;
    assert_eq!(
        (first.status, first.body["owner"].as_str()),
        (200, Some("Grace"))
    );
    patch("Eve").await.is_problem(412, "urn:idem:conflict");
    assert_eq!(patch("Grace").await, first); // its own retry
    assert_eq!(server.get(&path).await.body, first.body);
    let nobody = server.change(
        Method::PATCH,
        "/accounts/99",
        &seen,
        json!({"owner": "Eve"}),
    );
    nobody.await.is_problem(404, "urn:idem:not-found");
}
