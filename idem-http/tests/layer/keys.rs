//! Whose key it is, and where it stands.

use super::app::{App, post};
use super::store::{Mortal, layer, over};
use axum::body::Body;
use http::{Method, Request};
use idem_http::{IdempotencyLayer, KeyHeaders};

async fn count(call: usize, _: axum::extract::Request) -> String {
    call.to_string()
}

fn request(method: Method, headers: &[(&str, &str)]) -> axum::extract::Request {
    let mut request = Request::builder().method(method).uri("/payments");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_quoted_and_the_bare_form_are_one_key() {
    let app = App::new(layer(), count);
    assert_eq!(app.post("\"a-1\"", "").await.text(), "1");
    let again = app.post("a-1", "").await;
    assert_eq!((again.text(), again.is_replayed()), ("1", true));
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn a_missing_key_is_refused_unless_it_is_optional() {
    let strict = App::new(layer(), count);
    let keyless = || request(Method::POST, &[]);
    strict
        .send(keyless())
        .await
        .assert_problem(400, "missing-key");
    assert_eq!(strict.calls(), 0);

    let lenient = App::new(layer().optional_key(), count);
    for call in ["1", "2"] {
        assert_eq!(lenient.send(keyless()).await.text(), call);
    }
    let malformed = lenient.post("a b", "").await;
    malformed.assert_problem(400, "invalid-key");
}

#[tokio::test]
async fn a_malformed_key_is_refused() {
    let app = App::new(layer(), count);
    let long = "a".repeat(256);
    for key in ["", " ", "\"\"", "\"a", "a,b", "a b", long.as_str()] {
        app.post(key, "").await.assert_problem(400, "invalid-key");
    }
    let mut twice = post("a", "");
    twice
        .headers_mut()
        .append("idempotency-key", "a".parse().unwrap());
    app.send(twice).await.assert_problem(400, "invalid-key");
    assert_eq!(app.calls(), 0);
}

#[tokio::test]
async fn other_methods_are_passed_on() {
    let app = App::new(layer(), count);
    for call in 1..=2 {
        for (index, method) in [Method::GET, Method::PUT, Method::DELETE]
            .into_iter()
            .enumerate()
        {
            let answer = app.send(request(method, &[("idempotency-key", "a")])).await;
            assert_eq!(answer.text(), ((call - 1) * 3 + index + 1).to_string());
        }
    }
    let deletes = App::new(layer().methods([Method::DELETE]), count);
    for _ in 0..2 {
        let delete = request(Method::DELETE, &[("idempotency-key", "a")]);
        assert_eq!(deletes.send(delete).await.text(), "1");
    }
}

#[tokio::test]
async fn another_header_holds_the_key_where_the_service_says_so() {
    let app = App::new(layer().keys(KeyHeaders::default().or_x_request_id()), count);
    for _ in 0..2 {
        let named = request(Method::POST, &[("x-request-id", "r")]);
        assert_eq!(app.send(named).await.text(), "1");
    }
}

#[tokio::test]
async fn a_handler_is_given_the_key_that_the_layer_has_read() {
    use idem_http::IdempotencyKey;
    let handler = |_, request: axum::extract::Request| async {
        use axum::extract::FromRequestParts as _;
        let key = IdempotencyKey::from_request_parts(&mut request.into_parts().0, &()).await;
        key.unwrap().to_string()
    };
    let app = App::new(
        layer().keys(KeyHeaders::default().or_x_request_id()),
        handler,
    );
    let named = request(Method::POST, &[("x-request-id", "r")]);
    assert_eq!(app.send(named).await.text(), "r");
}

#[tokio::test]
async fn a_nested_router_tells_its_requests_apart_by_the_whole_path() {
    use axum::{Router, extract::Path, routing::post};
    let orders = Router::new().route("/orders", post(async |Path(shop): Path<String>| shop));
    let app = Router::new().nest("/shops/{shop}", orders.layer(layer()));
    let order = async |shop: &str| {
        let mut request = request(Method::POST, &[("idempotency-key", "order-1")]);
        *request.uri_mut() = format!("/shops/{shop}/orders").parse().unwrap();
        tower::ServiceExt::oneshot(app.clone(), request)
            .await
            .unwrap()
            .status()
    };
    assert_eq!(order("1").await, 200);
    assert_eq!(order("1").await, 200);
    assert_eq!(order("2").await, 422);
}

#[tokio::test]
async fn principals_do_not_share_keys_and_nobody_is_none() {
    let layer = IdempotencyLayer::over(Mortal::default()).principal(|head| {
        let user = head.headers.get("x-test-user")?;
        user.to_str().ok().map(str::to_owned)
    });
    let app = App::new(layer, count);
    let of = |user| {
        request(
            Method::POST,
            &[("idempotency-key", "a"), ("x-test-user", user)],
        )
    };
    assert_eq!(app.send(of("alice")).await.text(), "1");
    assert_eq!(app.send(of("bob")).await.text(), "2");
    assert_eq!(app.send(of("")).await.text(), "3");
    assert_eq!(app.send(of("alice")).await.text(), "1");
    let nobody = app.post("a", "").await;
    nobody.assert_problem(401, "unknown-principal");
}

#[tokio::test]
async fn services_with_names_of_their_own_share_a_store() {
    let store = Mortal::default();
    let orders = App::new(over(&store).operation("orders"), count);
    let payments = App::new(over(&store).operation("payments"), count);
    assert_eq!(orders.post("a", "1").await.text(), "1");
    assert!(!payments.post("a", "2").await.is_replayed());
    let long = App::new(over(&store).operation("o".repeat(256)), count);
    long.post("a", "").await.assert_problem(500, "misuse");
}
