//! What the layer costs a service, beside the same service without it.
//!
//! `tests/run --with cargo bench -p idem-edge` measures two services, each over real connections on
//! loopback: one that answers at once, and one that writes three rows in a PostgreSQL
//! transaction. Cases take turns in short slices, and each is compared with the bare
//! service in its own round.
//!
//! The figures are written to `idem-layer-bench.json` in Cargo's target folder.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on ends")]

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use diesel::ExpressionMethods as _;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl};
use idem_core::{AsyncStore, Blocking, MemoryStore};
use idem_edge::AsyncPooled;
use idem_http::{IdempotencyKey, IdempotencyLayer};
use idem_tests::connections::AsyncSqliteConnection;
use idem_tests::{Server, TestDb, ledger};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const ROUNDS: usize = 11;
const SLICE: Duration = Duration::from_millis(250);
const CLIENTS: [usize; 3] = [1, 8, 32];

type Pool = bb8::Pool<AsyncPgConnection>;

/// One way of asking a service.
struct Case {
    name: String,
    url: String,
    keys: Keys,
}

#[derive(Clone, Copy)]
enum Keys {
    Fresh,
    Same,
}

async fn at_once() -> (StatusCode, Json<serde_json::Value>) {
    let receipt = json!({ "id": "0199a7f0-52a1-7c3e-8d63-0d8a4a1c2b7e", "cents": 1999, "from": "alice", "to": "bob" });
    (StatusCode::CREATED, Json(receipt))
}

async fn transfer(State(pool): State<Pool>) -> (StatusCode, Json<serde_json::Value>) {
    let mut conn = pool.get().await.unwrap();
    let entry = |cents: i64| {
        let entry = (
            ledger::account.eq(1_i64),
            ledger::amount.eq(cents),
            ledger::note.eq(""),
        );
        diesel::insert_into(ledger::table).values(entry)
    };
    let moved = conn.transaction(async |conn| {
        for cents in [-1999, 1980, 19] {
            RunQueryDsl::execute(entry(cents), conn).await?;
        }
        diesel::QueryResult::Ok(())
    });
    moved.await.unwrap();
    at_once().await
}

/// Serves on a port of its own, for as long as the process runs.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn with_layer<S>(cases: &mut Vec<Case>, name: &str, service: &Router, store: S)
where
    S: AsyncStore + Send + Sync + 'static,
{
    let layer = IdempotencyLayer::over(store).single_tenant();
    let url = serve(service.clone().layer(layer)).await;
    for (what, keys) in [("fresh", Keys::Fresh), ("replay", Keys::Same)] {
        cases.push(Case {
            name: format!("{name}, {what}"),
            url: url.clone(),
            keys,
        });
    }
}

/// How many requests so many clients get answered per second, in one slice.
async fn slice(client: &reqwest::Client, case: &Case, clients: usize) -> f64 {
    let mut workers = JoinSet::new();
    let began = Instant::now();
    for worker in 0..clients {
        let (client, url, keys) = (client.clone(), case.url.clone(), case.keys);
        workers.spawn(async move {
            let mut answered = 0_u32;
            while began.elapsed() < SLICE {
                let key = match keys {
                    Keys::Fresh => IdempotencyKey::generate().to_string(),
                    Keys::Same => format!("same-{worker}"),
                };
                let request = client.post(&url).header("idempotency-key", key);
                let response = request.body(r#"{"cents":1999}"#).send().await.unwrap();
                assert_eq!(response.status().as_u16(), 201);
                response.bytes().await.unwrap();
                answered += 1;
            }
            answered
        });
    }
    let answered: u32 = workers.join_all().await.iter().sum();
    f64::from(answered) / began.elapsed().as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Measures all cases in turn; the first is the bare service.
async fn measure(service: &str, cases: &[Case], figures: &mut Vec<serde_json::Value>) {
    let client = reqwest::Client::new();
    for clients in CLIENTS {
        let mut rates = vec![Vec::new(); cases.len()];
        for round in 0..=ROUNDS {
            for (case, rates) in cases.iter().zip(&mut rates) {
                let rate = slice(&client, case, clients).await;
                if round > 0 {
                    rates.push(rate); // the first one warms up
                }
            }
        }
        for (case, of_case) in cases.iter().zip(&rates) {
            let ratios = of_case
                .iter()
                .zip(&rates[0])
                .map(|(rate, bare)| rate / bare);
            let (rate, ratio) = (median(of_case.clone()), median(ratios.collect()));
            println!(
                "{service:<12} {:<20} {clients:>3} clients {rate:>9.0}/s  {ratio:.2}",
                case.name
            );
            figures.push(json!({
                "service": service, "case": case.name, "clients": clients,
                "ops_per_s": rate, "ratio": ratio,
            }));
        }
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = TestDb::<AsyncPgConnection>::create(Server::Postgres).await;
        let sqlite = TestDb::<AsyncSqliteConnection>::create(Server::Sqlite).await;
        let sqlite = sqlite.on_connect("PRAGMA synchronous = NORMAL");
        let manager = AsyncDieselConnectionManager::new(db.url());
        let pool: Pool = bb8::Pool::builder()
            .max_size(8)
            .build(manager)
            .await
            .unwrap();
        let services = [
            ("at once", Router::new().route("/", post(at_once))),
            (
                "transaction",
                Router::new().route("/", post(transfer)).with_state(pool),
            ),
        ];
        let mut figures = Vec::new();
        for (name, service) in services {
            let url = serve(service.clone()).await;
            let (bare, keys) = ("bare".to_owned(), Keys::Fresh);
            let mut cases = vec![Case {
                name: bare,
                url,
                keys,
            }];
            with_layer(
                &mut cases,
                "memory",
                &service,
                Blocking(MemoryStore::default()),
            )
            .await;
            with_layer(
                &mut cases,
                "Redis",
                &service,
                idem_edge::redis_store().await,
            )
            .await;
            with_layer(
                &mut cases,
                "PostgreSQL",
                &service,
                AsyncPooled::async_store(&db).await,
            )
            .await;
            with_layer(
                &mut cases,
                "SQLite",
                &service,
                AsyncPooled::async_store(&sqlite).await,
            )
            .await;
            measure(name, &cases, &mut figures).await;
        }
        let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .unwrap();
        let json = serde_json::to_vec_pretty(&figures).unwrap();
        std::fs::write(target.join("idem-layer-bench.json"), json).unwrap();
    });
}
