//! Responses that are too long for a record.

use super::app::App;
use super::store::layer;
use idem_http::Unstorable;

async fn long(call: usize, _: axum::extract::Request) -> String {
    format!("{call}, and more")
}

#[tokio::test]
async fn a_response_that_is_too_long_is_given_whole_and_never_run_again() {
    let app = App::new(layer().max_response(4), long);
    let first = app.post("a", "").await;
    assert_eq!(first.text(), "1, and more");
    assert_eq!(first.header("idempotency-stored"), Some("false"));
    app.post("a", "")
        .await
        .assert_problem(409, "response-not-stored");
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn a_response_that_is_too_long_is_run_again_where_the_service_says_so() {
    let app = App::new(
        layer().max_response(4).unstorable(Unstorable::RunAgain),
        long,
    );
    for call in 1..=2 {
        let answer = app.post("a", "").await;
        assert_eq!(answer.text(), format!("{call}, and more"));
        assert_eq!(answer.header("idempotency-stored"), Some("false"));
    }
}

#[tokio::test]
async fn a_response_of_just_the_longest_length_is_stored() {
    let app = App::new(layer().max_response(11), long);
    assert_eq!(app.post("a", "").await.header("idempotency-stored"), None);
    assert!(app.post("a", "").await.is_replayed());
}
