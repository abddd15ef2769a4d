//! A limit to a request's time.

use super::ApiError;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::time::Duration;

/// Answers 503 when the time is over. The handler is dropped wherever it stands; of a call with a key
/// that leaves either both its effects and its record, or neither, and the same request finds out.
pub(super) async fn keep(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::TookTooLong.into_response(),
    }
}
