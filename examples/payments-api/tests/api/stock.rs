//! Stock: one change, retried safely in three ways.

use super::audit;
use super::server::{Server, answer, at_once};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_adjustment_is_retried_safely_by_its_header() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let path = "/stock/TEAPOT/adjustments";
    let request = server
        .request(Method::POST, path)
        .header("Idempotency-Key", "k");
    let answers = at_once(20, &request.json(&json!({"pieces": 12}))).await;
    let fresh: Vec<_> = answers.iter().filter(|one| !one.is_replayed).collect();
    assert_eq!(fresh.len(), 1, "{answers:?}");
    assert!(
        answers
            .iter()
            .all(|one| one.status == 200 && one.body == fresh[0].body)
    );
    assert_eq!(server.pieces("TEAPOT").await, 12);
    let other = server
        .post("/stock/KETTLE/adjustments", "k", json!({"pieces": 12}))
        .await;
    other.is_problem(422, "urn:idem:key-reused");
    audit::books(&server.database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_retried_safely_by_its_id() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let message = json!({"id": "k", "sku": "TEAPOT", "pieces": 12});
    let request = server
        .request(Method::POST, "/stock/messages")
        .json(&message);
    let answers = at_once(20, &request).await;
    assert_eq!(
        answers.iter().filter(|one| !one.is_replayed).count(),
        1,
        "{answers:?}"
    );
    assert!(answers.iter().all(|one| one.status == 200));
    // A request's key that is the same text is another key.
    server
        .post("/stock/TEAPOT/adjustments", "k", json!({"pieces": 1}))
        .await;
    assert_eq!(server.pieces("TEAPOT").await, 13);
    audit::books(&server.database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_is_retried_safely_by_the_version() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    server
        .post("/stock/TEAPOT/adjustments", "a", json!({"pieces": 12}))
        .await;
    let seen = server.get("/stock/TEAPOT").await.etag.unwrap();
    let put = || {
        server
            .request(Method::PUT, "/stock/TEAPOT")
            .header("If-Match", &seen)
    };
    let answers = at_once(20, &put().json(&json!({"pieces": 11}))).await;
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
    assert_eq!(
        (answers[0].status, server.pieces("TEAPOT").await),
        (200, 11)
    );
    // Something has gone since: the late copy doesn't bring it back.
    server
        .post("/stock/TEAPOT/adjustments", "b", json!({"pieces": -4}))
        .await;
    answer(put().json(&json!({"pieces": 11})))
        .await
        .is_problem(412, "urn:idem:conflict");
    assert_eq!(server.pieces("TEAPOT").await, 7);
    answer(
        server
            .request(Method::PUT, "/stock/TEAPOT")
            .json(&json!({"pieces": 1})),
    )
    .await
    .is_problem(428, "urn:idem:precondition-required");
    server
        .change(Method::PUT, "/stock/NONE", "*", json!({"pieces": 1}))
        .await
        .is_problem(404, "urn:idem:not-found");
    audit::books(&server.database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_three_ways_at_once_leave_the_stock_exact() {
    let Some(server) = Server::start(&["--connections", "20"]).await else {
        return;
    };
    server
        .post(
            "/stock/TEAPOT/adjustments",
            "start",
            json!({"pieces": 1000}),
        )
        .await;
    let seen = server.get("/stock/TEAPOT").await.etag.unwrap();
    let mut requests = Vec::new();
    for number in 0..20 {
        let adjustment = server.request(Method::POST, "/stock/TEAPOT/adjustments");
        let adjustment = adjustment.header("Idempotency-Key", format!("k{number}"));
        let message = json!({"id": format!("m{number}"), "sku": "TEAPOT", "pieces": 3});
        let count = server
            .request(Method::PUT, "/stock/TEAPOT")
            .header("If-Match", &seen);
        for _ in 0..2 {
            requests.push(adjustment.try_clone().unwrap().json(&json!({"pieces": -1})));
            requests.push(
                server
                    .request(Method::POST, "/stock/messages")
                    .json(&message),
            );
            requests.push(count.try_clone().unwrap().json(&json!({"pieces": 500})));
        }
    }
    let running: Vec<_> = requests
        .into_iter()
        .map(|one| tokio::spawn(answer(one)))
        .collect();
    for request in running {
        let status = request.await.unwrap().status;
        assert!(matches!(status, 200 | 412), "{status}");
    }
    audit::books(&server.database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_told_that_it_is_sold_out_is_told_so_again() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let path = "/stock/TEAPOT/adjustments";
    let refused = server.post(path, "k", json!({"pieces": -1})).await;
    refused.is_problem(409, "urn:payments-api:out-of-stock");
    assert_eq!(server.get("/stock/TEAPOT").await.status, 404); // what the refusal wrote is undone
    server.post(path, "more", json!({"pieces": 5})).await;
    assert_eq!(server.post(path, "k", json!({"pieces": -1})).await, refused);
    assert_eq!(server.pieces("TEAPOT").await, 5);
}
