//! What can be chosen about the layer.

use http::header::HeaderValue;
use http::request::Parts;
use http::{Method, StatusCode};
use idem_core::Problem;
use idem_core::http::{KeyHeaders, RequestFingerprint, is_final};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// What to do with a response whose body has no known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Streaming {
    /// Wait for its end, as for any other; what turns out too long is [unstorable](Unstorable).
    #[default]
    Buffer,
    /// Pass it on at once, as [unstorable](Unstorable).
    PassOn,
}

/// What to do about a response that can't be stored: longer than
/// [`max_response`](crate::IdempotencyLayer::max_response), with trailers, or a stream. It is passed on whole, with
/// `Idempotency-Stored: false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unstorable {
    /// Record that there was one: a later request with the key is answered 409
    /// (`urn:idem:response-not-stored`), and isn't run.
    #[default]
    NeverAgain,
    /// Record nothing: a later request with the key is run again. For services that only read.
    RunAgain,
}

/// Among a response's extensions: whether it is recorded, whatever its status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// It is the request's answer once and for all.
    Store,
    /// The same request may be sent again.
    Skip,
}

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What is asked about a request.
pub(crate) type Ask<T> = Arc<dyn Fn(&Parts) -> T + Send + Sync>;

/// What can be chosen.
#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) operation: String,
    pub(crate) keys: KeyHeaders,
    pub(crate) needs_key: bool,
    pub(crate) methods: Vec<Method>,
    pub(crate) fingerprint: RequestFingerprint,
    pub(crate) principal: Ask<Option<String>>,
    pub(crate) authorize: Ask<BoxFuture<Result<(), Problem>>>,
    pub(crate) is_final: Arc<dyn Fn(StatusCode) -> bool + Send + Sync>,
    pub(crate) lease: Duration,
    pub(crate) ttl: Duration,
    pub(crate) wait: Duration,
    pub(crate) max_request: usize,
    pub(crate) max_response: usize,
    pub(crate) streaming: Streaming,
    pub(crate) unstorable: Unstorable,
    pub(crate) documentation: Option<HeaderValue>,
}

impl Rules {
    pub(crate) fn new(principal: Ask<Option<String>>) -> Self {
        Self {
            operation: "http".to_owned(),
            keys: KeyHeaders::default(),
            needs_key: true,
            methods: vec![Method::POST, Method::PATCH],
            fingerprint: RequestFingerprint::default(),
            principal,
            authorize: Arc::new(|_| Box::pin(std::future::ready(Ok(())))),
            is_final: Arc::new(is_final),
            lease: Duration::from_secs(30),
            ttl: Duration::from_secs(24 * 60 * 60),
            wait: Duration::ZERO,
            max_request: 1 << 20,
            max_response: 1 << 20,
            streaming: Streaming::default(),
            unstorable: Unstorable::default(),
            documentation: None,
        }
    }
}
