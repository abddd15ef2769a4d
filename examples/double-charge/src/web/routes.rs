//! What can be asked for.

use super::assets::ASSETS;
use super::board::{Board, CUSTOMER, OPENING, PRICE};
use super::events::events;
use super::guard::guard;
use super::line::{Line, Trip};
use super::order::{Order, fate};
use super::problem::Refusal;
use super::socket::Cut;
use super::till::{Charged, Till};
use crate::failure::Failure;
use crate::shop::schema::start_over;
use crate::shop::{ChargeError, ChargeRequest, Receipt};
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use idem_diesel::{IdempotencyKey, Rejection};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{RwLock, watch};

/// The largest request, in bytes.
const LARGEST: usize = 4096;

/// What all requests share.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) board: Arc<Board>,
    pub(super) till: Arc<Till>,
    /// Read by every charge; written to start over, when nobody charges.
    pub(super) round: Arc<RwLock<()>>,
    /// How long each way on the line takes.
    pub(super) delay: Duration,
    /// Becomes true when the page is to end.
    pub(super) ended: watch::Receiver<bool>,
    pub(super) port: u16,
}

type Ordered = Result<Json<Order>, JsonRejection>;

#[derive(Debug, Serialize)]
struct Paid<'a> {
    receipt: &'a Receipt,
    /// Whether this is the answer to an earlier request.
    replayed: bool,
}

pub(super) fn router(page: Page) -> Router {
    let files = ASSETS.iter().fold(Router::new(), |router, asset| {
        router.route(asset.path, get(async || asset.response()))
    });
    files
        .route("/events", get(events))
        .route("/charge", post(charge))
        .route("/charge-without-key", post(charge_without_key))
        .route("/start-over", post(everything_anew))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(from_fn_with_state(page.clone(), guard))
        .with_state(page)
}

/// Charges once per key.
async fn charge(
    State(page): State<Page>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    headers: HeaderMap,
    order: Ordered,
) -> Result<Response, Refusal> {
    let key = match headers.get("idempotency-key") {
        Some(value) => IdempotencyKey::from_header(value.as_bytes())?,
        None => return Err(Rejection::MissingKey.into()),
    };
    travel(page, cut, &headers, order, Some(key)).await
}

/// Charges as often as it is asked.
async fn charge_without_key(
    State(page): State<Page>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    headers: HeaderMap,
    order: Ordered,
) -> Result<Response, Refusal> {
    travel(page, cut, &headers, order, None).await
}

/// Gives everybody their money back.
async fn everything_anew(
    State(page): State<Page>,
    Json(()): Json<()>,
) -> Result<StatusCode, Refusal> {
    let round = page.round.write_owned().await;
    let board = page.board;
    let done = page.till.open(move |drawer| {
        start_over(&mut drawer.conn, OPENING)?;
        board.start_over();
        drop(round);
        Ok::<_, Failure>(StatusCode::NO_CONTENT)
    });
    Ok(done.await??)
}

/// Over the line to the shop, and back.
async fn travel(
    page: Page,
    cut: Cut,
    headers: &HeaderMap,
    order: Ordered,
    key: Option<IdempotencyKey>,
) -> Result<Response, Refusal> {
    let Json(order) = order.map_err(|error| Refusal::bad(error.body_text()))?;
    let order = order.check()?;
    let line = Line {
        fate: fate(headers)?,
        delay: page.delay,
        cut,
    };
    let id = page.board.sent(&order, key.as_ref())?;
    let mut trip = Trip::new(Arc::clone(&page.board), id);
    let shop = async {
        let answer = at_the_till(&page, id, order, key).await;
        if let Err(refusal) = &answer {
            let problem = &refusal.problem;
            page.board.update(id, |request| {
                request.refused(problem.status, problem.detail.clone())
            });
        }
        answer.into_response()
    };
    Ok(line.carry(&mut trip, shop).await)
}

/// The charge itself, and what is told of it.
async fn at_the_till(
    page: &Page,
    id: u64,
    order: Order,
    key: Option<IdempotencyKey>,
) -> Result<Response, Refusal> {
    let round = Arc::clone(&page.round).read_owned().await;
    let board = Arc::clone(&page.board);
    if !board.is_in_round(order.round) {
        return Err(Refusal::started_over());
    }
    // The charge is made, and told of, even if the browser hangs up meanwhile.
    let charged = page.till.open(move |drawer| {
        let request = ChargeRequest {
            customer: CUSTOMER,
            cents: PRICE.0,
        };
        let charged = drawer.charge(&request, key.as_ref());
        match &charged.result {
            Ok(outcome) => board.charged(&order.purchase, &outcome.charge),
            Err(ChargeError::NotEnoughMoney) => board.declined(&order.purchase),
            Err(_) => {} // whether it was made, the next call finds out
        }
        board.update(id, |request| request.done(key.as_ref(), &charged));
        board.read_books(&mut drawer.conn);
        drop(round);
        charged
    });
    answer(&charged.await?)
}

fn answer(charged: &Charged) -> Result<Response, Refusal> {
    let outcome = charged.result.as_ref()?;
    let paid = Paid {
        receipt: outcome,
        replayed: outcome.is_replayed(),
    };
    Ok(Json(paid).into_response())
}
