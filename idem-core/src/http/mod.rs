//! The HTTP edge, in the types of the crate [`http`] alone (feature `http`): reading a key, telling one
//! request from another, answering with a problem, and keeping a response.
//!
//! | what | as |
//! |---|---|
//! | the key of a request | [`KeyHeaders`] |
//! | what a request says | [`RequestFingerprint`] |
//! | a refusal as a response | [`Rejection::response`](crate::Rejection::response), [`Problem::response`](crate::Problem::response) |
//! | a response in a record | [`StoredResponse`] |
//! | which responses end a request | [`is_final`] |
//!
//! The header is that of the IETF's [draft-ietf-httpapi-idempotency-key-header][draft].
//!
//! [draft]: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/

#[cfg(feature = "axum")]
mod axum;
mod finality;
mod fingerprint;
mod headers;
mod json;
mod key;
mod problem;
mod response;

pub use finality::is_final;
pub use fingerprint::RequestFingerprint;
pub use headers::{
    IDEMPOTENCY_KEY, IDEMPOTENCY_STORED, IDEMPOTENT_REPLAYED, X_IDEMPOTENCY_KEY, X_REQUEST_ID,
    is_stored, storable,
};
pub use key::KeyHeaders;
pub use response::StoredResponse;
