//! All routes, and what lies round them.

use super::{ApiError, deadline, document, health, observe, panic};
use crate::database::Pool;
use crate::{accounts, payments, stock};
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::routing::get;
use axum::{Json, Router, middleware};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

/// The longest body, in bytes. What a request can say fits in it several times.
pub(super) const LONGEST_BODY: usize = 16 * 1024;

/// What handlers share.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) pool: Pool,
}

/// The service. A request may take so long, from its first byte's arrival at the handler on.
pub(crate) fn router(pool: Pool, timeout: Duration) -> Router {
    let routes = OpenApiRouter::with_openapi(document::frame())
        .merge(payments::routes())
        .merge(accounts::routes())
        .merge(stock::routes())
        .merge(health::routes());
    let (router, document) = routes.with_state(App { pool }).split_for_parts();
    let router = router.route("/openapi.json", get(async move || Json(document)));
    surround(router, timeout)
}

/// Whatever happens inside is answered in the same form, and logged: the last layer is the outermost.
pub(super) fn surround(router: Router, timeout: Duration) -> Router {
    router
        .fallback(async |uri: Uri| ApiError::no_route(&uri))
        .method_not_allowed_fallback(async |method: Method| ApiError::no_method(&method))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(timeout, deadline::keep))
        .layer(CatchPanicLayer::custom(panic::respond))
        .layer(middleware::from_fn(observe::observe))
}
