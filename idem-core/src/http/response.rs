//! A response as a record keeps it.

use super::headers::storable;
use crate::{DecodeError, EncodeError, decode, encode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

/// A whole response, as a record keeps it: status, headers and body.
///
/// In the record it is JSON that a person can read: a body that is UTF-8 is kept as text, another in
/// base64.
///
/// ```
/// use http::Response;
/// use idem_core::http::StoredResponse;
///
/// let response = Response::builder()
///     .status(201)
///     .header("content-type", "application/json")
///     .header("set-cookie", "session=1")
///     .body(r#"{"id":7}"#)?;
/// let (head, body) = response.into_parts();
/// let stored = StoredResponse::new(head.status, &head.headers, body);
/// let text = stored.to_text()?;
/// assert_eq!(
///     text,
///     r#"{"status":201,"headers":[["content-type","application/json"]],"body":"{\"id\":7}"}"#,
/// );
/// assert_eq!(StoredResponse::from_text(&text)?, stored);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers that [`storable`] lets through.
    pub headers: HeaderMap,
    /// The body; or nothing, where it was too long to be kept, or had no end to wait for.
    pub body: Option<Vec<u8>>,
}

impl StoredResponse {
    /// What a record keeps of a response.
    pub fn new(status: StatusCode, headers: &HeaderMap, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: storable(headers),
            body: Some(body.into()),
        }
    }

    /// A record that there was a response, but not what it said.
    #[must_use]
    pub fn without_body(status: StatusCode, headers: &HeaderMap) -> Self {
        Self {
            status,
            headers: storable(headers),
            body: None,
        }
    }

    /// The text for a record.
    ///
    /// # Errors
    /// None that a response can cause; the type is that of [`encode`].
    pub fn to_text(&self) -> Result<String, EncodeError> {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            let value = value.as_bytes().iter().copied().map(char::from);
            (name.as_str().to_owned(), value.collect())
        };
        encode(&Form {
            status: self.status.as_u16(),
            headers: self.headers.iter().map(header).collect(),
            body: self.body.as_deref().map(Body::from),
        })
    }

    /// Reads a record's text.
    ///
    /// # Errors
    /// When it is no response.
    pub fn from_text(text: &str) -> Result<Self, DecodeError> {
        let form: Form = decode(text)?;
        form.response().map_err(DecodeError::from)
    }
}

/// How a response is written.
#[derive(Serialize, Deserialize)]
struct Form {
    status: u16,
    /// A value is bytes, most of them ASCII: each is written as the character of that number.
    headers: Vec<(String, String)>,
    body: Option<Body>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Body {
    Text(String),
    Bytes { base64: String },
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes {
                base64: BASE64.encode(bytes),
            },
        }
    }
}

impl Body {
    fn into_bytes(self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Text(text) => Ok(text.into_bytes()),
            Self::Bytes { base64 } => BASE64.decode(base64).map_err(serde_json::Error::custom),
        }
    }
}

impl Form {
    fn response(self) -> Result<StoredResponse, serde_json::Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            let value: Result<Vec<_>, _> = value.chars().map(u8::try_from).collect();
            let value = value.map_err(serde_json::Error::custom)?;
            let value = HeaderValue::from_bytes(&value).map_err(serde_json::Error::custom)?;
            let name: HeaderName = name.parse().map_err(serde_json::Error::custom)?;
            headers.append(name, value);
        }
        Ok(StoredResponse {
            status: StatusCode::from_u16(self.status).map_err(serde_json::Error::custom)?,
            headers,
            body: self.body.map(Body::into_bytes).transpose()?,
        })
    }
}
