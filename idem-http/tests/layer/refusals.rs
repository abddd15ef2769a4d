//! What is refused before a key is touched.

use super::app::App;
use super::store::{Mortal, layer, over};
use http::StatusCode;
use idem_http::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

async fn count(call: usize, _: axum::extract::Request) -> String {
    call.to_string()
}

#[tokio::test]
async fn another_request_under_the_key_is_refused_and_the_first_still_replays() {
    let app = App::new(layer(), count);
    let first = app.post("a", r#"{"cents":1,"to":"b"}"#).await;
    app.post("a", r#"{"cents":2,"to":"b"}"#)
        .await
        .assert_problem(422, "key-reused");
    let same = app.post("a", r#"{ "to": "b", "cents": 1 }"#).await;
    assert_eq!((same.body, first.body), (b"1".to_vec(), b"1".to_vec()));
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn authorisation_is_asked_before_a_run_and_before_a_replay() {
    let is_allowed = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&is_allowed);
    let layer = layer().authorize(move |_| {
        let answer = if gate.load(SeqCst) {
            Ok(())
        } else {
            Err(Problem::new(
                "urn:idem:test-forbidden",
                "No",
                403,
                "not you".into(),
            ))
        };
        async { answer }
    });
    let app = App::new(layer, count);
    app.post("a", "")
        .await
        .assert_problem(403, "test-forbidden");
    is_allowed.store(true, SeqCst);
    assert_eq!(app.post("a", "").await.text(), "1");
    is_allowed.store(false, SeqCst);
    app.post("a", "")
        .await
        .assert_problem(403, "test-forbidden");
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn what_a_handler_refuses_leaves_the_key_for_the_mended_request() {
    for status in [400, 401, 403, 408, 422, 425, 429, 500, 503] {
        let app = App::new(layer(), move |call, _| async move {
            let status = StatusCode::from_u16(if call == 1 { status } else { 201 }).unwrap();
            (status, call.to_string())
        });
        let refused = app.post("a", "1").await;
        assert_eq!((refused.status.as_u16(), refused.text()), (status, "1"));
        assert_eq!(refused.header("idempotency-stored"), Some("false"));
        assert_eq!(app.post("a", "mended").await.text(), "2", "{status}");
        assert!(app.post("a", "mended").await.is_replayed());
    }
}

#[tokio::test]
async fn a_handler_that_asks_to_come_again_leaves_the_key() {
    let app = App::new(layer(), |call, _| async move {
        let status = StatusCode::from_u16(if call == 1 { 409 } else { 201 }).unwrap();
        (status, [("retry-after", "1")], call.to_string())
    });
    assert_eq!(app.post("a", "").await.status, 409);
    let again = app.post("a", "").await;
    assert_eq!((again.status.as_u16(), again.text()), (201, "2"));
    assert!(app.post("a", "").await.is_replayed());
}

#[tokio::test]
async fn a_request_that_is_too_long_is_refused_before_its_key_is_touched() {
    let app = App::new(layer().max_request(4), count);
    app.post("a", "12345")
        .await
        .assert_problem(413, "request-too-large");
    assert_eq!(app.post("a", "1234").await.text(), "1");
}

#[tokio::test]
async fn a_store_that_is_away_is_503_and_nothing_is_run() {
    let store = Mortal::default();
    let app = App::new(over(&store), count);
    assert_eq!(app.post("done", "").await.text(), "1");
    store.go_down();
    for key in ["done", "new"] {
        let answer = app.post(key, "").await;
        answer.assert_problem(503, "store-unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(app.calls(), 1);
    store.come_back();
    assert!(app.post("done", "").await.is_replayed());
}

#[tokio::test]
async fn a_refusal_links_to_the_documentation() {
    let layer = layer()
        .documentation("https://shop.example/docs/keys")
        .unwrap();
    let app = App::new(layer, count);
    app.post("a", "1").await;
    for (key, body, status) in [("a", "2", 422), ("a b", "", 400)] {
        let refused = app.post(key, body).await;
        let link = r#"<https://shop.example/docs/keys>; rel="describedby"; type="text/html""#;
        assert_eq!(
            (refused.status.as_u16(), refused.header("link")),
            (status, Some(link))
        );
    }
    assert_eq!(app.post("a", "1").await.header("link"), None);
}
