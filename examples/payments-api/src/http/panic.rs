//! A handler that panics: a mistake in this program, and the request's alone.

use super::ApiError;
use axum::response::{IntoResponse as _, Response};
use std::any::Any;

/// The answer. What the panic said goes to the log: it is no business of the caller's.
pub(super) fn respond(panic: Box<dyn Any + Send>) -> Response {
    let said = match panic.downcast::<String>() {
        Ok(said) => *said,
        Err(other) => other.downcast::<&str>().map_or_else(
            |_| "something that is no text".to_owned(),
            |said| (*said).to_owned(),
        ),
    };
    ApiError::Panicked(said).into_response()
}
