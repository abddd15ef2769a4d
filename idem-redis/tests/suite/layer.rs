//! An HTTP service under the layer, whose Redis is killed: it then answers 503 and runs nothing.

use crate::calls::fresh;
use crate::servers::{self, Server};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use idem_http::IdempotencyLayer;
use idem_redis::AsyncRedisStore;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// How often each request was run.
type Runs = Arc<Mutex<HashMap<String, usize>>>;

async fn pay(State(runs): State<Runs>, number: String) -> String {
    *runs.lock().unwrap().entry(number.clone()).or_default() += 1;
    tokio::time::sleep(Duration::from_millis(30)).await;
    number
}

async fn app(server: &Server, runs: &Runs) -> Router {
    let store = AsyncRedisStore::connect(server.client(), fresh()).await;
    let store = store.unwrap().timeout(Duration::from_millis(500));
    // A lease that outlives the test: nobody may be granted a key again because of time alone.
    let layer = IdempotencyLayer::over(store).single_tenant();
    let layer = layer.lease(Duration::from_secs(5));
    let app = Router::new().route("/", post(pay)).layer(layer);
    app.with_state(Arc::clone(runs))
}

async fn send(app: Router, number: usize) -> Response {
    let request = Request::post("/").header("idempotency-key", format!("key-{number}"));
    let request = request.body(Body::from(number.to_string())).unwrap();
    app.oneshot(request).await.unwrap()
}

/// How many requests were run, and how often the one that was run most often.
fn counted(runs: &Runs) -> (usize, usize) {
    let runs = runs.lock().unwrap();
    (runs.len(), runs.values().copied().max().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_redis_is_killed_answers_503_and_runs_nothing() {
    if !servers::can_start() {
        return;
    }
    let mut server = Server::start();
    let runs = Runs::default();
    let app = app(&server, &runs).await;
    let mut requests = JoinSet::new();
    for number in 0..400 {
        let app = app.clone();
        requests.spawn(async move {
            tokio::time::sleep(Duration::from_millis(number as u64)).await;
            // Each key twice at once.
            (send(app, number / 2).await.status().as_u16(), number)
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.kill();
    let mut answers = HashMap::<u16, usize>::new();
    while let Some(answer) = requests.join_next().await {
        *answers.entry(answer.unwrap().0).or_default() += 1;
    }
    let (run, most) = counted(&runs);
    assert_eq!(most, 1, "a request was run twice");
    assert!(run < 200, "all was run before Redis was killed");
    let expected = [200, 409, 503];
    assert!(
        answers.keys().all(|status| expected.contains(status)),
        "{answers:?}"
    );
    assert!(answers[&200] > 0 && answers[&503] > 100, "{answers:?}");

    let late = send(app, 1000).await;
    assert_eq!(late.status(), 503);
    assert_eq!(late.headers()["content-type"], "application/problem+json");
    assert_eq!(late.headers()["retry-after"], "1");
    assert_eq!(counted(&runs).0, run, "something was run without a claim");
}
