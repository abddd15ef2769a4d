//! Ten thousand requests at one time, a hundred for each key: one of them runs.

use axum::body::to_bytes;
use axum::extract::{Json, Request, State};
use axum::routing::post;
use axum::{Router, body::Body};
use http::StatusCode;
use idem_core::{AsyncStore, Layered};
use idem_edge::AsyncPooled;
use idem_http::IdempotencyLayer;
use idem_redis::RedisReplayCache;
use idem_tests::connections::AsyncSqliteConnection;
use idem_tests::{Server, TestDb, for_each_driver, run};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

const KEYS: usize = 100;
const REQUESTS: usize = 10_000;

/// How often each key's request was run.
type Runs = Arc<Mutex<BTreeMap<usize, usize>>>;

async fn pay(State(runs): State<Runs>, Json(number): Json<usize>) -> (StatusCode, String) {
    let run = {
        let mut runs = runs.lock().unwrap();
        let run = runs.entry(number).or_default();
        *run += 1;
        *run
    };
    tokio::time::sleep(Duration::from_millis(20)).await;
    (StatusCode::CREATED, format!("{number}: run {run}"))
}

fn request(number: usize) -> Request {
    Request::post("/")
        .header("idempotency-key", format!("key-{number}"))
        .header("content-type", "application/json")
        .body(Body::from(number.to_string()))
        .unwrap()
}

/// What a request was answered: its status, its body, and whether that was a replay.
async fn send(app: Router, number: usize) -> (StatusCode, String, bool) {
    let response = app.oneshot(request(number)).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let is_replay = head.headers.contains_key("idempotent-replayed");
    (
        head.status,
        String::from_utf8(body.into()).unwrap(),
        is_replay,
    )
}

/// Lets all loose at once, and looks at what has run.
async fn of_ten_thousand_requests_one_per_key_runs<S>(store: S)
where
    S: AsyncStore + Send + Sync + 'static,
{
    let runs = Runs::default();
    // A completion stands in one queue with thousands of claims.
    let layer = IdempotencyLayer::over(store).single_tenant();
    let layer = layer.lease(Duration::from_secs(600));
    let app = Router::new().route("/", post(pay)).layer(layer);
    let app = app.with_state(Arc::clone(&runs));
    let (start, _) = watch::channel(false);
    let mut requests = JoinSet::new();
    for number in 0..REQUESTS {
        let (app, mut started) = (app.clone(), start.subscribe());
        requests.spawn(async move {
            started.wait_for(|started| *started).await.unwrap();
            (number % KEYS, send(app, number % KEYS).await)
        });
    }
    start.send_replace(true);
    let (mut fresh, mut replays, mut in_flight) = (0, 0, 0);
    while let Some(answer) = requests.join_next().await {
        let (number, (status, body, is_replay)) = answer.unwrap();
        if status == StatusCode::CONFLICT {
            assert!(body.contains("urn:idem:in-flight"), "{body}");
            in_flight += 1;
            continue;
        }
        assert_eq!(
            (status, body),
            (StatusCode::CREATED, format!("{number}: run 1"))
        );
        *(if is_replay { &mut replays } else { &mut fresh }) += 1;
    }
    assert_eq!(fresh, KEYS, "{replays} replays, {in_flight} in flight");
    assert_eq!(fresh + replays + in_flight, REQUESTS);
    let once: BTreeMap<_, _> = (0..KEYS).map(|number| (number, 1)).collect();
    assert_eq!(*runs.lock().unwrap(), once);
    for number in 0..KEYS {
        let (status, body, is_replay) = send(app.clone(), number).await;
        let expected = (StatusCode::CREATED, format!("{number}: run 1"), true);
        assert_eq!((status, body, is_replay), expected);
    }
}

for_each_driver! {
    on postgres_async mysql_async sqlite_async;

    async fn over_a_database_one_request_per_key_runs<D: AsyncPooled>(db: &TestDb<D>) {
        of_ten_thousand_requests_one_per_key_runs(D::async_store(db).await).await;
    }
}

for_each_driver! {
    on postgres_async;

    async fn over_redis_in_front_of_a_database_one_request_per_key_runs<D: AsyncPooled>(db: &TestDb<D>) {
        let (connection, prefix) = idem_edge::redis().await;
        let front = RedisReplayCache::new(connection).prefix(prefix);
        let store = Layered::new(front, D::async_store(db).await);
        of_ten_thousand_requests_one_per_key_runs(store).await;
    }
}

/// In a run on SQLite for its runtime, and so that it can be skipped.
#[test]
fn over_redis_one_request_per_key_runs() {
    run(Server::Sqlite, async |_: &TestDb<AsyncSqliteConnection>| {
        of_ten_thousand_requests_one_per_key_runs(idem_edge::redis_store().await).await;
    });
}
