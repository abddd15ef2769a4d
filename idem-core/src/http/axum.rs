//! What axum takes from a request and makes a response of (feature `axum`).

use super::{IDEMPOTENT_REPLAYED, KeyHeaders};
use crate::{
    ETag, IdempotencyKey, IfMatch, IfNoneMatch, Outcome, Precondition, Problem, Rejection,
};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::header::{ETAG, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;

/// Reads the key of a request that must have one; of a request with [`KeyHeaders`] among its
/// extensions, from the headers that they name. Refusals are problem documents.
impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let key = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        key.ok_or(Rejection::MissingKey)
    }
}

/// Reads the key of a request that may have one. A malformed key is refused all the same.
impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Rejection> {
        let key = match parts.extensions.get::<KeyHeaders>() {
            Some(names) => names.read(&parts.headers)?,
            None => KeyHeaders::default().read(&parts.headers)?,
        };
        Ok(key)
    }
}

/// Reads the condition of a request that must have one.
impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Precondition;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Precondition> {
        Self::required(parts.headers.get_all(IF_MATCH))
    }
}

/// Reads the condition of a request that may have one. A malformed one is refused all the same.
impl<S: Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Precondition;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Precondition> {
        Self::from_lines(parts.headers.get_all(IF_MATCH))
    }
}

/// Reads the condition of a request that may have one.
impl<S: Sync> OptionalFromRequestParts<S> for IfNoneMatch {
    type Rejection = Precondition;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Precondition> {
        Self::from_lines(parts.headers.get_all(IF_NONE_MATCH))
    }
}

/// The value's response, with `Idempotent-Replayed: true` if it is an earlier call's.
impl<T: IntoResponse> IntoResponse for Outcome<T> {
    fn into_response(self) -> Response {
        let is_replayed = self.is_replayed();
        let mut response = self.into_inner().into_response();
        if is_replayed {
            let yes = HeaderValue::from_static("true");
            response.headers_mut().insert(IDEMPOTENT_REPLAYED, yes);
        }
        response
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.response().map(Into::into)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.response(None).map(Into::into)
    }
}

impl IntoResponse for Precondition {
    fn into_response(self) -> Response {
        self.response().map(Into::into)
    }
}

/// The `ETag` header of a response.
impl IntoResponseParts for ETag {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        // What an entity tag may hold, a header's value may.
        if let Ok(value) = HeaderValue::try_from(self.to_string()) {
            parts.headers_mut().insert(ETAG, value);
        }
        Ok(parts)
    }
}
