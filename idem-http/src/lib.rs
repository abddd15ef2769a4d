//! The HTTP edge of [idem](https://docs.rs/idem-diesel): an `Idempotency-Key` for axum handlers, for
//! whole services, and for the clients that call them.
//!
//! # A handler that calls an `#[idempotent]` function
//! is what most services want: the key comes from the request, and the deduplication record is
//! committed in the handler's own transaction. With the feature `axum`, [`IdempotencyKey`] is an
//! extractor, and an [`Outcome`] a response that says `Idempotent-Replayed: true` where it is one.
//!
//! ```
//! # #[cfg(feature = "axum")] mod example {
//! use axum::{Json, http::StatusCode};
//! use idem_http::{IdempotencyKey, Outcome, Rejection};
//!
//! # #[derive(Clone)] struct Payment; struct Receipt; impl Receipt { fn json(self) -> Json<u8> { Json(1) } }
//! # async fn charge(_: &IdempotencyKey, _: &str) -> Result<Outcome<Receipt>, Rejection> { todo!() }
//! async fn pay(
//!     key: IdempotencyKey,
//!     body: String,
//! ) -> Result<Outcome<(StatusCode, Json<u8>)>, Rejection> {
//!     let receipt = charge(&key, &body).await?; // an `#[idempotent]` function
//!     Ok(receipt.map(|receipt| (StatusCode::CREATED, receipt.json())))
//! }
//! # pub fn app() -> axum::Router { axum::Router::new().route("/payments", axum::routing::post(pay)) }
//! # }
//! ```
//!
//! # A layer over any service
//! [`IdempotencyLayer`] (feature `layer`) records whole responses in any
//! [`AsyncStore`](idem_core::AsyncStore). It needs no change of the handlers, and so can't put its record
//! into their transactions: read what it promises.
//!
//! # A client
//! [`IdempotentRetries`] (feature `client`) gives each request one key, and sends it until it is
//! answered.
//!
//! # Features
//! None is on by default; each only adds.
//!
//! | feature | brings |
//! |---|---|
//! | `axum` | extractors ([`IdempotencyKey`], [`IfMatch`], [`IfNoneMatch`]) and responses ([`Outcome`], [`Rejection`], [`Problem`], [`Precondition`], [`ETag`]) |
//! | `layer` | [`IdempotencyLayer`] for tower, on Tokio |
//! | `client` | [`IdempotentRetries`] for reqwest |

#[cfg(feature = "layer")]
mod answer;
#[cfg(feature = "layer")]
mod body;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "layer")]
mod layer;
#[cfg(feature = "layer")]
mod lease;
#[cfg(feature = "layer")]
mod rules;
#[cfg(feature = "layer")]
mod run;
#[cfg(feature = "layer")]
mod service;

#[cfg(feature = "layer")]
pub use body::{Body, BodyError};
#[cfg(feature = "client")]
pub use client::IdempotentRetries;
pub use idem_core::http::{
    IDEMPOTENCY_KEY, IDEMPOTENCY_STORED, IDEMPOTENT_REPLAYED, KeyHeaders, RequestFingerprint,
    StoredResponse, X_IDEMPOTENCY_KEY, X_REQUEST_ID, is_final,
};
pub use idem_core::{
    ETag, IdempotencyKey, IfMatch, IfNoneMatch, InvalidKey, Outcome, Precondition, Problem,
    Rejection, RetryPolicy,
};
#[cfg(feature = "layer")]
pub use layer::{IdempotencyLayer, Unscoped};
#[cfg(feature = "layer")]
pub use rules::{Recording, Streaming, Unstorable};
#[cfg(feature = "layer")]
pub use service::Idempotent;
