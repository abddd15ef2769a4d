//! Who is answered, and what the answer forbids the browser.
//!
//! The page is on loopback, but any web site may make a browser on this machine call it: under a
//! name of its own that it has point to 127.0.0.1 (DNS rebinding), or from its own page. Neither
//! names us in `Host` and `Origin`.

use super::problem::Refusal;
use super::routes::Page;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Nothing but the page's own files, and nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'none'; \
                                       frame-ancestors 'none'; object-src 'none'";

/// Answers requests that are meant for this page.
pub(super) async fn guard(State(page): State<Page>, request: Request, next: Next) -> Response {
    let mut response = if is_for(page.port, request.headers()) {
        next.run(request).await
    } else {
        Refusal::misdirected().into_response()
    };
    forbid(response.headers_mut());
    response
}

fn is_for(port: u16, headers: &HeaderMap) -> bool {
    let ours = |host: &str| {
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|name| host == format!("{name}:{port}") || (port == 80 && host == *name))
    };
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let host = text(header::HOST).is_some_and(ours);
    let origin =
        text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://").is_some_and(ours));
    host && origin
}

fn forbid(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        // A browser sends a request anew, by itself and unseen, if a connection it has used before
        // is closed before the answer. Here only the page should retry: no connection is used twice.
        (header::CONNECTION, "close"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
