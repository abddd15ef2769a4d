//! What a replay has of the first response.

use super::app::App;
use super::store::layer;
use axum::response::{AppendHeaders, IntoResponse};
use http::StatusCode;
use idem_http::Recording;

#[tokio::test]
async fn a_replay_has_the_status_the_headers_and_the_body_byte_for_byte() {
    let body: Vec<u8> = (0..=255).collect();
    let expected = body.clone();
    let app = App::new(layer(), move |_, _| {
        let body = body.clone();
        async move {
            let headers = AppendHeaders([
                ("content-type", "application/x-bytes"),
                ("location", "/payments/7"),
                ("link", "<a>"),
                ("link", "<b>"),
            ]);
            (StatusCode::CREATED, headers, body)
        }
    });
    let first = app.post("a", "").await;
    let again = app.post("a", "").await;
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(
        (first.status, &first.body),
        (StatusCode::CREATED, &expected)
    );
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let mut headers = again.headers.clone();
    headers.remove("idempotent-replayed");
    assert_eq!(headers, first.headers);
    assert_eq!(headers.get_all("link").iter().count(), 2);
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn what_is_secret_or_of_one_hop_goes_to_the_first_caller_only() {
    let app = App::new(layer(), |_, _| async {
        let headers = AppendHeaders([
            ("set-cookie", "session=secret"),
            ("authorization", "secret"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("keep-alive", "timeout=5"),
            ("x-kept", "1"),
        ]);
        (headers, "paid")
    });
    let first = app.post("a", "").await;
    let again = app.post("a", "").await;
    assert_eq!(first.header("set-cookie"), Some("session=secret"));
    for name in [
        "set-cookie",
        "authorization",
        "connection",
        "x-hop",
        "keep-alive",
    ] {
        assert!(again.header(name).is_none(), "{name}");
    }
    assert_eq!((again.text(), again.header("x-kept")), ("paid", Some("1")));
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn an_operation_that_says_no_is_replayed_too() {
    for status in [402, 404, 409, 410] {
        let app = App::new(layer(), move |call, _| async move {
            (StatusCode::from_u16(status).unwrap(), call.to_string())
        });
        for _ in 0..2 {
            let answer = app.post("a", "").await;
            assert_eq!((answer.status.as_u16(), answer.text()), (status, "1"));
        }
    }
}

#[tokio::test]
async fn which_statuses_are_recorded_can_be_said() {
    let failing = |call: usize, _| async move { (StatusCode::BAD_GATEWAY, call.to_string()) };
    let app = App::new(layer().record(|status| status.is_server_error()), failing);
    assert_eq!(app.post("a", "").await.text(), "1");
    assert!(app.post("a", "").await.is_replayed());

    let handler = |call: usize, _| async move {
        let (status, recording) = match call {
            1 => (StatusCode::OK, Recording::Skip),
            _ => (StatusCode::BAD_GATEWAY, Recording::Store),
        };
        (status, axum::Extension(recording), call.to_string()).into_response()
    };
    let app = App::new(layer(), handler);
    assert_eq!(app.post("a", "").await.text(), "1");
    assert_eq!(app.post("a", "").await.text(), "2");
    assert_eq!(app.post("a", "").await.text(), "2");
}

#[tokio::test]
async fn an_empty_response_is_replayed() {
    let app = App::new(layer(), |_, _| async { StatusCode::NO_CONTENT });
    for is_replayed in [false, true] {
        let answer = app.post("a", "").await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!((answer.body.len(), answer.is_replayed()), (0, is_replayed));
    }
}
