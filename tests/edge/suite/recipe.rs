//! What most services want: a handler that calls an `#[idempotent]` function, one transaction, no layer.

use axum::body::to_bytes;
use axum::extract::{Json, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, body::Body};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8};
use http::{HeaderMap, StatusCode};
use idem_diesel::idempotent;
use idem_http::{IdempotencyKey, Outcome, Problem};
use idem_tests::connections::AsyncPgConnection;
use idem_tests::{Bank as _, TestDb, accounts, for_each_driver};
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;

type Pool = bb8::Pool<AsyncPgConnection>;

#[derive(Serialize, Deserialize)]
struct Deposit {
    account: i64,
    cents: i64,
}

#[derive(Serialize, Deserialize)]
struct Receipt {
    balance: i64,
}

#[derive(Debug, thiserror::Error)]
enum ApiError {
    #[error("there is no such account")]
    NoSuchAccount,
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
    #[error("no connection")]
    Pool(#[from] bb8::RunError),
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Idempotency(idem_diesel::Error::Rejected(rejection)) => {
                return rejection.clone().into_response();
            }
            Self::NoSuchAccount => 404,
            Self::Idempotency(error) => error.status(),
            Self::Database(_) => 500,
            Self::Pool(_) => 503,
        };
        Problem::new("urn:shop:refused", "Refused", status, self.to_string()).into_response()
    }
}

#[idempotent(operation = "accounts.deposit", ttl = "24h", in_flight = reject)]
async fn deposit(conn: &mut AsyncPgConnection, request: &Deposit) -> Result<Receipt, ApiError> {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    let balance = diesel::update(accounts::table.find(request.account))
        .set(accounts::balance.eq(accounts::balance + request.cents))
        .returning(accounts::balance)
        .get_result(conn)
        .await
        .optional()?
        .ok_or(ApiError::NoSuchAccount)?;
    Ok(Receipt { balance })
}

async fn pay_in(
    State(pool): State<Pool>,
    key: IdempotencyKey,
    Json(request): Json<Deposit>,
) -> Result<Outcome<impl IntoResponse>, ApiError> {
    let mut conn = pool.get().await?;
    let receipt = deposit(&mut conn, &key, &request).await?;
    let location = format!("/accounts/{}", request.account);
    Ok(receipt.map(|receipt| (StatusCode::CREATED, [(LOCATION, location)], Json(receipt))))
}

async fn app(db: &TestDb<AsyncPgConnection>) -> Router {
    let manager = AsyncDieselConnectionManager::new(db.url());
    let pool = bb8::Pool::builder()
        .max_size(4)
        .build(manager)
        .await
        .unwrap();
    Router::new()
        .route("/deposits", post(pay_in))
        .with_state(pool)
}

async fn send(app: &Router, key: Option<&str>, body: &str) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::post("/deposits").header(CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (
        head.status,
        head.headers,
        String::from_utf8(body.into()).unwrap(),
    )
}

const DEPOSIT: &str = r#"{"account":1,"cents":50}"#;

/// Any driver, so that the macro can name its one case.
trait Postgres: idem_tests::Driver {
    async fn app(db: &TestDb<Self>) -> Router;
}

impl Postgres for AsyncPgConnection {
    async fn app(db: &TestDb<Self>) -> Router {
        app(db).await
    }
}

for_each_driver! {
    on postgres_async;

    async fn a_handler_replays_status_headers_and_body<D: Postgres>(db: &TestDb<D>) {
        let app = D::app(db).await;
        let (status, headers, body) = send(&app, Some("\"a\""), DEPOSIT).await;
        assert_eq!((status, body.as_str()), (StatusCode::CREATED, r#"{"balance":1050}"#));
        assert!(!headers.contains_key("idempotent-replayed"));
        let (again, mut replayed, same) = send(&app, Some("a"), DEPOSIT).await;
        assert_eq!((again, same), (status, body));
        assert_eq!(replayed.remove("idempotent-replayed").unwrap(), "true");
        assert_eq!(replayed, headers);
        assert_eq!(replayed[LOCATION], "/accounts/1");
        assert_eq!(db.balance(1).await, 1050);
    }

    async fn a_handlers_refusals_are_problem_documents<D: Postgres>(db: &TestDb<D>) {
        let app = D::app(db).await;
        let other = r#"{"account":1,"cents":51}"#;
        send(&app, Some("a"), DEPOSIT).await;
        for (key, body, status, kind) in [
            (None, DEPOSIT, 400, "urn:idem:missing-key"),
            (Some("a b"), DEPOSIT, 400, "urn:idem:invalid-key"),
            (Some("a"), other, 422, "urn:idem:key-reused"),
            (Some("b"), r#"{"account":99,"cents":1}"#, 404, "urn:shop:refused"),
        ] {
            let (answered, headers, document) = send(&app, key, body).await;
            assert_eq!(answered, status, "{document}");
            assert_eq!(headers[CONTENT_TYPE], "application/problem+json");
            let document: serde_json::Value = serde_json::from_str(&document).unwrap();
            assert_eq!(document["type"], kind);
        }
        assert_eq!(db.balance(1).await, 1050);
    }

    async fn validation_and_refusals_burn_no_key<D: Postgres>(db: &TestDb<D>) {
        let app = D::app(db).await;
        let (malformed, ..) = send(&app, Some("a"), "{").await;
        assert_eq!(malformed, StatusCode::BAD_REQUEST);
        let (unknown, ..) = send(&app, Some("a"), r#"{"account":99,"cents":1}"#).await;
        assert_eq!(unknown, StatusCode::NOT_FOUND);
        let (mended, ..) = send(&app, Some("a"), DEPOSIT).await;
        assert_eq!(mended, StatusCode::CREATED);
        assert_eq!(db.balance(1).await, 1050);
    }

    async fn a_request_in_flight_is_409_with_retry_after<D: Postgres>(db: &TestDb<D>) {
        let app = D::app(db).await;
        let mut blocker = db.plain().await;
        blocker.execute("BEGIN").await.unwrap();
        blocker.execute("SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE").await.unwrap();
        let first = app.clone();
        let first = tokio::spawn(async move { send(&first, Some("a"), DEPOSIT).await });
        db.until_blocked(1).await;
        let (status, headers, body) = send(&app, Some("a"), DEPOSIT).await;
        assert_eq!(status, StatusCode::CONFLICT, "{body}");
        assert_eq!(headers["retry-after"], "1");
        assert!(body.contains("urn:idem:in-flight"));
        blocker.execute("COMMIT").await.unwrap();
        assert_eq!(first.await.unwrap().0, StatusCode::CREATED);
        let (status, headers, _) = send(&app, Some("a"), DEPOSIT).await;
        assert_eq!((status, &headers["idempotent-replayed"]), (StatusCode::CREATED, &"true".parse().unwrap()));
        assert_eq!(db.balance(1).await, 1050);
    }
}
