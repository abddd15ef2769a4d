//! What an HTTP request says, as a fingerprint.

use super::json::Json;
use crate::{Fingerprint, FingerprintBuilder, FingerprintError};
use http::Uri;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use http::request::Parts;
use serde::{Serialize, Serializer};

/// What counts when two requests with one key are compared: method, path, query, the headers that were
/// chosen, and the body.
///
/// - Path and query count as they are sent; scheme, host and fragment don't.
/// - Of the headers, those that were [chosen](Self::header) count, with all their lines; an absent one
///   isn't an empty one.
/// - A body that is sent as JSON (`application/json`, `…+json`) and is JSON counts by what it says: the
///   order of its keys, its white space and its escapes don't matter. Its numbers count by their
///   digits. Any other body counts byte by byte, as does JSON beyond 127 levels.
///
/// A retry must therefore send the same bytes, or the same JSON. A form with files has a boundary that
/// many clients make up anew with every try, so that its retry is refused. A change of these rules
/// makes other fingerprints: requests that were recorded before are then refused too.
///
/// ```
/// use http::Request;
/// use idem_core::http::RequestFingerprint;
///
/// let fingerprint = |body: &str, version: &str| {
///     let request = Request::post("/payments?dry=0")
///         .header("content-type", "application/json")
///         .header("api-version", version)
///         .body(())?;
///     let rule = RequestFingerprint::default().header("api-version".parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(rule.of(&request.into_parts().0, body.as_bytes())?)
/// };
/// let first = fingerprint(r#"{"cents":500,"to":"alice"}"#, "2")?;
/// assert_eq!(first, fingerprint(r#"{ "to": "\u0061lice", "cents": 500 }"#, "2")?);
/// assert_ne!(first, fingerprint(r#"{"cents":501,"to":"alice"}"#, "2")?);
/// assert_ne!(first, fingerprint(r#"{"cents":500,"to":"alice"}"#, "3")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestFingerprint {
    headers: Vec<HeaderName>,
}

/// Bytes, which aren't taken for a list of numbers.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl RequestFingerprint {
    /// Has this header count, too. Choose what changes the request's meaning and comes again with every
    /// retry, such as a version of the API; never a date, a trace or a signature.
    #[must_use]
    pub fn header(mut self, name: HeaderName) -> Self {
        self.headers.push(name);
        self
    }

    /// The fingerprint of a request and its body.
    ///
    /// # Errors
    /// None that a request can cause; the type is that of [`FingerprintBuilder`].
    pub fn of(&self, head: &Parts, body: &[u8]) -> Result<Fingerprint, FingerprintError> {
        self.of_target(head, &head.uri, body)
    }

    /// The same where the request's head doesn't say what it was sent to: a router that has nested
    /// services may have cut their part of the path off.
    ///
    /// # Errors
    /// None that a request can cause; the type is that of [`FingerprintBuilder`].
    pub fn of_target(
        &self,
        head: &Parts,
        target: &Uri,
        body: &[u8],
    ) -> Result<Fingerprint, FingerprintError> {
        let mut builder = FingerprintBuilder::default();
        builder.part(head.method.as_str())?;
        builder.part(target.path())?;
        builder.part(&target.query())?;
        for name in &self.headers {
            let lines: Vec<_> = head
                .headers
                .get_all(name)
                .iter()
                .map(|line| Bytes(line.as_bytes()))
                .collect();
            builder.part(&(name.as_str(), lines))?;
        }
        let json = if is_json(&head.headers) {
            Json::read(body)
        } else {
            None
        };
        // JSON with half a surrogate pair in a string is no text.
        match json.map(|json| builder.part(&json)) {
            Some(Ok(())) => {}
            _ => builder.part(&Bytes(body))?,
        }
        Ok(builder.finish())
    }
}

/// Whether the body says of itself that it is JSON
/// ([RFC 6839, section 3.1](https://www.rfc-editor.org/rfc/rfc6839#section-3.1)).
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let media_type = value.split(';').next().unwrap_or_default().trim();
    let (_, subtype) = media_type.split_once('/').unwrap_or_default();
    let subtype = subtype.to_ascii_lowercase();
    subtype == "json" || subtype.ends_with("+json")
}
