//! The names of headers, and which of them a record never holds.

use http::header::{self, HeaderMap, HeaderName};

/// The key of a request.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// What some clients call it.
pub const X_IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("x-idempotency-key");
/// A name for a request that many clients send anyway.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// `true` on a response that is an earlier one's.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// `false` on a response that no record holds, so that it can't be replayed.
pub const IDEMPOTENCY_STORED: HeaderName = HeaderName::from_static("idempotency-stored");

/// Hop-by-hop ([RFC 9110, section 7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)), what
/// proves who somebody is, and what is true of one message only.
const NEVER_STORED: [HeaderName; 22] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-authentication-info"),
    header::AUTHORIZATION,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("authentication-info"),
    header::COOKIE,
    header::SET_COOKIE,
    HeaderName::from_static("set-cookie2"),
    header::AGE,
    header::CONTENT_LENGTH,
    header::DATE,
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_STORED,
    IDEMPOTENT_REPLAYED,
];

/// Whether a record may hold a header of this name.
///
/// It never holds hop-by-hop headers, `Set-Cookie`, `Cookie`, `Authorization` and other proofs of
/// identity; nor `Content-Length`, `Date` and `Age`, which each message has of its own.
///
/// ```
/// use http::header;
/// use idem_core::http::is_stored;
///
/// assert!(is_stored(&header::CONTENT_TYPE) && is_stored(&header::LOCATION));
/// assert!(!is_stored(&header::SET_COOKIE) && !is_stored(&header::TRANSFER_ENCODING));
/// ```
#[must_use]
pub fn is_stored(name: &HeaderName) -> bool {
    !NEVER_STORED.contains(name)
}

/// The headers of a response that a record may hold: those that [`is_stored`] allows, and that the
/// response's own `Connection` header doesn't name.
///
/// ```
/// use http::{HeaderMap, header};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(header::CONTENT_TYPE, "text/plain".parse()?);
/// headers.insert(header::SET_COOKIE, "session=1".parse()?);
/// headers.insert("x-this-hop", "1".parse()?);
/// headers.insert(header::CONNECTION, "close, X-This-Hop".parse()?);
/// let stored = idem_core::http::storable(&headers);
/// assert_eq!(stored.keys().collect::<Vec<_>>(), [header::CONTENT_TYPE]);
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[must_use]
pub fn storable(headers: &HeaderMap) -> HeaderMap {
    let is_of_this_hop = |name: &HeaderName| {
        let lines = headers.get_all(header::CONNECTION);
        lines.iter().any(|line| {
            let mut options = line.as_bytes().split(|byte| *byte == b',');
            options.any(|option| {
                crate::white_space::trim(option).eq_ignore_ascii_case(name.as_str().as_bytes())
            })
        })
    };
    let stored = headers
        .iter()
        .filter(|(name, _)| is_stored(name) && !is_of_this_hop(name));
    let mut storable = HeaderMap::new();
    for (name, value) in stored {
        storable.append(name, value.clone());
    }
    storable
}
