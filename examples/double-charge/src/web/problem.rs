//! Refusals, as HTTP problem documents (RFC 9457).

use super::request::status;
use crate::failure::Failure;
use crate::shop::ChargeError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use idem_diesel::{InvalidKey, Problem, Rejection};

/// A request that isn't answered with what it asked for.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) problem: Problem,
    /// In seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    fn new(kind: &'static str, title: &'static str, status: u16, detail: impl ToString) -> Self {
        Self {
            problem: Problem::new(kind, title, status, detail.to_string()),
            retry_after: None,
        }
    }

    /// The request says something that it can't mean.
    pub(super) fn bad(detail: impl ToString) -> Self {
        Self::new("urn:double-charge:bad-request", "Bad request", 400, detail)
    }

    /// The request is from before everything was started over.
    pub(super) fn started_over() -> Self {
        Self::new(
            "urn:double-charge:started-over",
            "The shop has started over",
            410,
            "This purchase is from before that.",
        )
    }

    /// The request isn't for this page, or from another.
    pub(super) fn misdirected() -> Self {
        Self::new(
            "urn:double-charge:misdirected",
            "Not for this server",
            421,
            "This page answers to 127.0.0.1 and localhost, and to itself, only.",
        )
    }
}

impl From<InvalidKey> for Refusal {
    fn from(invalid: InvalidKey) -> Self {
        Rejection::InvalidKey(invalid).into()
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let retry_after = rejection.retry_after().map(|wait| wait.as_secs().max(1));
        Self {
            problem: rejection.problem(),
            retry_after,
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let kind = "urn:double-charge:unavailable";
        let mut refusal = Self::new(kind, "The shop can't be reached", 503, failure);
        refusal.retry_after = Some(1);
        refusal
    }
}

impl From<&ChargeError> for Refusal {
    fn from(error: &ChargeError) -> Self {
        if let ChargeError::Idempotency(idem_diesel::Error::Rejected(rejection)) = error {
            return rejection.clone().into();
        }
        let (kind, title) = match error {
            ChargeError::NotEnoughMoney => ("urn:double-charge:declined", "Not enough money"),
            _ => ("urn:double-charge:unavailable", "The database failed"),
        };
        Self::new(kind, title, status(error), error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
