//! What lies round the routes, round routes made for it.

use super::error::Cause;
use super::router::{LONGEST_BODY, surround};
use super::{ApiError, JsonBody};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use std::time::Duration;
use tower::ServiceExt as _;

async fn answer(request: Request<Body>) -> Response<Body> {
    let router = Router::new()
        .route(
            "/panic",
            get(async || -> &str { panic!("what nobody shall see") }),
        )
        .route(
            "/endless",
            get(async || -> &str { std::future::pending().await }),
        )
        .route("/body", post(async |_: JsonBody<String>| "read"));
    let answer = surround(router, Duration::from_millis(100)).oneshot(request);
    answer.await.unwrap()
}

async fn is_a_problem(request: Request<Body>, status: StatusCode) -> String {
    let response = answer(request).await;
    assert_eq!(response.status(), status);
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let retry = matches!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers().contains_key("retry-after"), retry);
    let body = axum::body::to_bytes(response.into_body(), 10_000)
        .await
        .unwrap();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(problem["status"], status.as_u16());
    problem.to_string()
}

fn request(builder: axum::http::request::Builder) -> Request<Body> {
    builder.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_panic_is_500_and_tells_nothing() {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let problem = is_a_problem(request(Request::get("/panic")), status).await;
    assert!(!problem.contains("nobody shall see"), "{problem}");
}

#[tokio::test]
async fn what_takes_too_long_is_503() {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    is_a_problem(request(Request::get("/endless")), status).await;
}

#[tokio::test]
async fn no_route_is_404_and_no_method_405_with_what_can_be_done() {
    is_a_problem(request(Request::get("/nowhere")), StatusCode::NOT_FOUND).await;
    let status = StatusCode::METHOD_NOT_ALLOWED;
    is_a_problem(request(Request::delete("/body")), status).await;
    let response = answer(request(Request::delete("/body"))).await;
    assert_eq!(response.headers()["allow"], "POST");
}

#[tokio::test]
async fn a_body_that_cant_be_read_is_a_problem() {
    let json = || Request::post("/body").header("content-type", "application/json");
    for (request, status) in [
        (
            Request::post("/body").body("\"text\"".into()),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (json().body("\"".into()), StatusCode::BAD_REQUEST),
        (json().body("7".into()), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json().body("7".repeat(LONGEST_BODY + 1).into()),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        is_a_problem(request.unwrap(), status).await;
    }
}

#[test]
fn what_the_database_says_is_logged() {
    let secret = diesel::result::Error::QueryBuilderError("a secret".into());
    let response = axum::response::IntoResponse::into_response(ApiError::from(secret));
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let Some(Cause(cause)) = response.extensions().get() else {
        panic!("nothing is logged");
    };
    assert!(cause.contains("a secret"));
}

#[test]
fn a_refusal_that_names_the_key_is_logged_with_its_digest() {
    let rejection = idem_diesel::Rejection::UnreadableResult {
        operation: "payments.pay".to_owned(),
        key: "order-4711".parse().unwrap(),
        stored_version: 1,
        expected_version: 2,
        reason: "another shape".to_owned(),
    };
    let response = axum::response::IntoResponse::into_response(ApiError::from(rejection));
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let Some(Cause(cause)) = response.extensions().get() else {
        panic!("nothing is logged");
    };
    assert!(
        cause.contains("173d0ddb") && !cause.contains("order-4711"),
        "{cause}"
    );
}
