//! Refusals as responses.

use crate::{Precondition, Problem, Rejection};
use http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use std::time::Duration;

impl Problem {
    /// The media type of a problem document
    /// ([RFC 9457, section 3](https://www.rfc-editor.org/rfc/rfc9457#section-3)).
    pub const MEDIA_TYPE: &str = "application/problem+json";

    /// The problem as a response: its status, its document, and `Retry-After` if there is a time.
    ///
    /// ```
    /// use idem_core::Rejection;
    ///
    /// let response = Rejection::MissingKey.problem().response(None);
    /// assert_eq!(response.status(), 400);
    /// assert_eq!(response.headers()["content-type"], "application/problem+json");
    /// assert!(String::from_utf8_lossy(response.body()).contains("urn:idem:missing-key"));
    /// ```
    #[must_use]
    pub fn response(&self, retry_after: Option<Duration>) -> Response<Vec<u8>> {
        // Four fields of text and number: nothing in them that JSON has no form for.
        let mut response = Response::new(serde_json::to_vec(self).unwrap_or_default());
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(Self::MEDIA_TYPE));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static("en"));
        if let Some(time) = retry_after {
            headers.insert(RETRY_AFTER, seconds(time).into());
        }
        response
    }
}

impl Rejection {
    /// The refusal as a response: a problem document, with `Retry-After` where it is known when the
    /// next try may succeed, in whole seconds rounded up.
    ///
    /// ```
    /// use idem_core::Rejection;
    /// use std::time::Duration;
    ///
    /// let retry_after = Duration::from_millis(1200);
    /// let response = Rejection::InFlight { retry_after }.response();
    /// assert_eq!(response.status(), 409);
    /// assert_eq!(response.headers()["retry-after"], "2");
    /// ```
    #[must_use]
    pub fn response(&self) -> Response<Vec<u8>> {
        self.problem().response(self.retry_after())
    }
}

impl Precondition {
    /// The refusal as a response: a problem document.
    #[must_use]
    pub fn response(&self) -> Response<Vec<u8>> {
        self.problem().response(None)
    }
}

/// At least one: at zero, a client would try again at once.
fn seconds(time: Duration) -> u64 {
    let whole = time.as_secs();
    let rounded_up = whole.saturating_add(u64::from(time.subsec_nanos() > 0));
    rounded_up.max(1)
}
