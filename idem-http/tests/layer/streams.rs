//! Responses that come in pieces.

use super::app::{App, post};
use super::store::layer;
use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use idem_http::Streaming;
use std::convert::Infallible;

fn pieces(count: usize) -> Body {
    Body::from_stream(stream::iter(
        (0..count).map(|n| Ok::<_, Infallible>(format!("{n};"))),
    ))
}

#[tokio::test]
async fn a_stream_that_ends_in_time_is_recorded_as_any_other() {
    let app = App::new(layer(), |_, _| async { pieces(3) });
    assert_eq!(app.post("a", "").await.text(), "0;1;2;");
    let again = app.post("a", "").await;
    assert_eq!((again.text(), again.is_replayed()), ("0;1;2;", true));
}

#[tokio::test]
async fn a_stream_that_is_too_long_is_given_to_its_last_byte() {
    let app = App::new(layer().max_response(64), |_, _| async { pieces(1000) });
    let whole: String = (0..1000).map(|n| format!("{n};")).collect();
    let first = app.post("a", "").await;
    assert_eq!(
        (first.text(), first.header("idempotency-stored")),
        (&*whole, Some("false"))
    );
    app.post("a", "")
        .await
        .assert_problem(409, "response-not-stored");
}

#[tokio::test]
async fn events_are_passed_on_while_they_come() {
    let endless = || Body::from_stream(stream::repeat("data: 1\n\n").map(Ok::<_, Infallible>));
    let event_stream = App::new(layer(), move |_, _| async move {
        let response =
            Response::builder().header("content-type", "text/event-stream; charset=utf-8");
        response.body(endless()).unwrap()
    });
    let declared = App::new(
        layer().streaming(Streaming::PassOn),
        move |_, _| async move { endless() },
    );
    for app in [event_stream, declared] {
        let response = app.open(post("a", "")).await;
        assert_eq!(response.headers()["idempotency-stored"], "false");
        let first = response.into_body().into_data_stream().next().await;
        assert_eq!(first.unwrap().unwrap(), "data: 1\n\n");
        app.post("a", "")
            .await
            .assert_problem(409, "response-not-stored");
    }
}

#[tokio::test]
async fn trailers_are_passed_on() {
    let app = App::new(layer(), |_, _| async {
        let mut trailers = HeaderMap::new();
        trailers.insert("x-sum", "7".parse().unwrap());
        let frames = [Frame::data(Bytes::from("body")), Frame::trailers(trailers)];
        Body::new(StreamBody::new(stream::iter(
            frames.map(Ok::<_, Infallible>),
        )))
    });
    let response = app.open(post("a", "")).await;
    assert_eq!(response.headers()["idempotency-stored"], "false");
    let collected = response.into_body().collect().await.unwrap();
    assert_eq!(collected.trailers().unwrap()["x-sum"], "7");
    assert_eq!(collected.to_bytes(), "body");
}

#[tokio::test]
async fn a_response_that_breaks_off_is_not_recorded() {
    let app = App::new(layer(), |call, _| async move {
        if call > 1 {
            return Body::from("whole");
        }
        let broken = [Ok("half"), Err(std::io::Error::other("gone"))];
        Body::from_stream(stream::iter(broken))
    });
    let response = app.open(post("a", "")).await;
    let mut body = response.into_body().into_data_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "half");
    assert!(body.next().await.unwrap().is_err());
    assert_eq!(app.post("a", "").await.text(), "whole");
}
