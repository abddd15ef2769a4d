//! The key of a request.

use super::headers::{IDEMPOTENCY_KEY, X_IDEMPOTENCY_KEY, X_REQUEST_ID};
use crate::{IdempotencyKey, InvalidKey, Rejection};
use http::header::{HeaderMap, HeaderName};

/// Which headers a key is read from: `Idempotency-Key`, and others where a service says so.
///
/// The first of them that a request has counts, and if that one is malformed, the others don't help.
///
/// ```
/// use http::HeaderMap;
/// use idem_core::http::{IDEMPOTENCY_KEY, KeyHeaders, X_REQUEST_ID};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(X_REQUEST_ID, "r-1".parse()?);
/// assert_eq!(KeyHeaders::default().read(&headers)?, None);
/// let keys = KeyHeaders::default().or_x_request_id();
/// assert_eq!(keys.read(&headers)?, Some("r-1".parse()?));
///
/// headers.insert(IDEMPOTENCY_KEY, r#""order-4711""#.parse()?);
/// assert_eq!(keys.read(&headers)?, Some("order-4711".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHeaders(Vec<HeaderName>);

impl Default for KeyHeaders {
    /// `Idempotency-Key` alone.
    fn default() -> Self {
        Self(vec![IDEMPOTENCY_KEY])
    }
}

impl KeyHeaders {
    /// Failing that, this header.
    #[must_use]
    pub fn or(mut self, name: HeaderName) -> Self {
        self.0.push(name);
        self
    }

    /// Failing that, `X-Idempotency-Key`.
    #[must_use]
    pub fn or_x_idempotency_key(self) -> Self {
        self.or(X_IDEMPOTENCY_KEY)
    }

    /// Failing that, `X-Request-ID`. Only where the *client* sends the same one with each retry: many
    /// proxies put a fresh one on every request that they pass on, and no retry is then recognised.
    #[must_use]
    pub fn or_x_request_id(self) -> Self {
        self.or(X_REQUEST_ID)
    }

    /// The names, first the one that goes before all others.
    #[must_use]
    pub fn names(&self) -> &[HeaderName] {
        &self.0
    }

    /// Reads the key, if the request has one. A header that comes in several lines is one list
    /// ([RFC 9110, section 5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)), and so no key.
    ///
    /// # Errors
    /// [`InvalidKey`] for a header that is there and holds no key: as [`IdempotencyKey::from_header`].
    pub fn read(&self, headers: &HeaderMap) -> Result<Option<IdempotencyKey>, InvalidKey> {
        let Some(name) = self.0.iter().find(|name| headers.contains_key(*name)) else {
            return Ok(None);
        };
        let lines: Vec<_> = headers.get_all(name).iter().collect();
        let key = match lines[..] {
            [line] => IdempotencyKey::from_header(line.as_bytes()),
            _ => {
                let lines: Vec<_> = lines.into_iter().map(|line| line.as_bytes()).collect();
                IdempotencyKey::from_header(&lines.join(&b", "[..]))
            }
        };
        key.map(Some)
    }

    /// Reads the key of a request that must have one.
    ///
    /// # Errors
    /// [`Rejection::MissingKey`] or [`Rejection::InvalidKey`].
    pub fn required(&self, headers: &HeaderMap) -> Result<IdempotencyKey, Rejection> {
        self.read(headers)?.ok_or(Rejection::MissingKey)
    }
}
