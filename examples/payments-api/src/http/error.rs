//! Every answer that isn't what was asked for, as a problem document (RFC 9457).

use crate::database::PoolError;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use idem_diesel::{Error, Precondition, Problem, Rejection, WriteError};
use std::time::Duration;

/// Why a request isn't answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The request can't be read, or is refused for what it asks. Nothing was written.
    #[error("{}", .0.detail)]
    Refused(Problem),
    /// The `If-Match` or `If-None-Match` isn't right.
    #[error(transparent)]
    Precondition(#[from] Precondition),
    /// A call with a key was refused, or the database failed.
    #[error(transparent)]
    Failed(#[from] Error),
    /// No connection was to be had in time.
    #[error("no connection to the database: {0}")]
    NoConnection(#[from] PoolError),
    /// The request's time was over.
    #[error("the request took too long")]
    TookTooLong,
    /// The handler panicked.
    #[error("a handler panicked: {0}")]
    Panicked(String),
}

/// What an answer doesn't tell, for the log.
#[derive(Clone)]
pub(super) struct Cause(pub(super) String);

/// When to try again what may be possible then.
const SOON: Duration = Duration::from_secs(1);

impl ApiError {
    /// A refusal of this service's own, `urn:payments-api:<kind>`.
    pub(crate) const fn refused(
        kind: &'static str,
        title: &'static str,
        status: StatusCode,
        detail: String,
    ) -> Self {
        Self::Refused(Problem::new(kind, title, status.as_u16(), detail))
    }

    /// There is no such thing here.
    pub(crate) fn not_found(what: &str) -> Self {
        let detail = format!("There is no {what} of this name.");
        Self::refused(
            "urn:payments-api:not-found",
            "Not found",
            StatusCode::NOT_FOUND,
            detail,
        )
    }

    pub(super) fn no_route(uri: &Uri) -> Self {
        let detail = format!("Nothing is served at {}.", uri.path());
        Self::refused(
            "urn:payments-api:not-found",
            "Not found",
            StatusCode::NOT_FOUND,
            detail,
        )
    }

    pub(super) fn no_method(method: &Method) -> Self {
        let detail = format!("This can't be done with {method}; the header Allow says what can.");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::refused(
            "urn:payments-api:no-such-method",
            "Method not allowed",
            status,
            detail,
        )
    }

    pub(super) fn unreadable(status: StatusCode, detail: String) -> Self {
        let (kind, title) = match status {
            StatusCode::PAYLOAD_TOO_LARGE => ("urn:payments-api:too-large", "Body too large"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("urn:payments-api:no-json", "Body is no JSON"),
            StatusCode::UNPROCESSABLE_ENTITY => ("urn:payments-api:invalid", "Request invalid"),
            _ => ("urn:payments-api:unreadable", "Request unreadable"),
        };
        Self::refused(kind, title, status, detail)
    }

    /// For the log. Some refusals name the key, of which a log has only the digest.
    fn cause(&self) -> Cause {
        let text = self.to_string();
        match self {
            Self::Failed(Error::Rejected(
                Rejection::UnreadableResult { key, .. } | Rejection::Recursive { key, .. },
            )) => Cause(text.replace(key.as_str(), &key.digest())),
            _ => Cause(text),
        }
    }

    /// Status, and what the caller is told.
    fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::Precondition(precondition) => precondition.problem(),
            Self::Failed(Error::Rejected(rejection)) => rejection.problem(),
            Self::Failed(error) if error.is_retryable() => unavailable(),
            Self::NoConnection(_) | Self::TookTooLong => unavailable(),
            Self::Failed(_) | Self::Panicked(_) => Problem::new(
                "urn:payments-api:failed",
                "Server error",
                StatusCode::INTERNAL_SERVER_ERROR.as_u16(),
                "The server can't process this request.".to_owned(),
            ),
        }
    }
}

/// Whether it was done may not be known: that is what the key is for.
fn unavailable() -> Problem {
    Problem::new(
        "urn:payments-api:unavailable",
        "Unavailable for now",
        StatusCode::SERVICE_UNAVAILABLE.as_u16(),
        "Send the same request again, with the same key if it has one.".to_owned(),
    )
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let retry_after = match &self {
            Self::Failed(Error::Rejected(rejection)) => rejection.retry_after(),
            _ => None,
        };
        let is_unavailable = problem.status == StatusCode::SERVICE_UNAVAILABLE;
        let retry_after = retry_after.or(is_unavailable.then_some(SOON));
        let mut response: Response = problem.response(retry_after).map(Into::into);
        if response.status().is_server_error() {
            response.extensions_mut().insert(self.cause());
        }
        response
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        Self::Failed(rejection.into())
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl<M> From<WriteError<M>> for ApiError {
    fn from(error: WriteError<M>) -> Self {
        match error {
            // A connection that was lost is 503 this way, as for any other statement.
            WriteError::Database(error) | WriteError::Retryable(error) => error.into(),
            WriteError::Refused(rejection) => rejection.into(),
            // Of this program's tables none can come to the rest that is 5xx.
            other => Self::Refused(other.problem()),
        }
    }
}
