//! One span and one line in the log for each request.

use super::error::Cause;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use idem_http::{IdempotencyKey, KeyHeaders};
use std::time::Instant;
use tracing::Instrument as _;

/// Logs method, route, status and time; of a key only its digest, since whoever has the key can have the
/// answer. The route is the pattern, so that a log holds nobody's account.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let key = KeyHeaders::default().read(request.headers()).ok().flatten();
    let route = request.extensions().get::<MatchedPath>();
    let span = tracing::info_span!(
        "request",
        method = %request.method(),
        route = route.map_or("none", MatchedPath::as_str),
        key = key.as_ref().map(IdempotencyKey::digest),
    );
    let start = Instant::now();
    async {
        let response = next.run(request).await;
        log(&response, start);
        response
    }
    .instrument(span)
    .await
}

fn log(response: &Response, start: Instant) {
    let status = response.status().as_u16();
    let ms = start.elapsed().as_millis();
    let Some(Cause(cause)) = response.extensions().get() else {
        tracing::info!(status, ms, "answered");
        return;
    };
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        tracing::warn!(status, ms, cause, "not now");
    } else {
        tracing::error!(status, ms, cause, "failed");
    }
}
