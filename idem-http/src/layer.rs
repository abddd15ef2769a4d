//! The layer, and what can be chosen about it.

use crate::rules::{Rules, Streaming, Unstorable};
use crate::service::Idempotent;
use http::header::InvalidHeaderValue;
use http::request::Parts;
use http::{Method, StatusCode};
use idem_core::http::{KeyHeaders, RequestFingerprint};
use idem_core::{AsyncStore, Problem};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tower_layer::Layer;

/// Makes an HTTP service safe to retry: of all requests with one key, one reaches it, and all get its
/// response.
///
/// A `POST` or a `PATCH` (or what [`methods`](Self::methods) says) needs an `Idempotency-Key` as in the IETF's
/// [draft]. Its key is claimed in a [store](AsyncStore), for the time of a lease that is renewed while the
/// service works. The whole response is recorded: status, headers, body. A later request with the same
/// key gets it again, with `Idempotent-Replayed: true`.
///
/// | a request | is answered |
/// |---|---|
/// | without a key, or with a malformed one | 400 |
/// | whose principal isn't known | 401 |
/// | while another with its key is running | 409 with `Retry-After`; or it waits: [`wait`](Self::wait) |
/// | whose body is too long for a fingerprint | 413 |
/// | with a key that another request had | 422 |
/// | while the store can't be reached | 503; the service isn't called |
///
/// All of these are problem documents ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), and leave the key as
/// it was.
///
/// # What it promises
/// The service is called by one request at a time per key, and by none after one was recorded. It goes
/// on when its client hangs up, so that the client's next try finds the response. But record and
/// effects are not one transaction: **if this process dies, or the store can't be reached, between the
/// service's commit and the record, a retry calls the service again.** Where that must not happen, call
/// an `#[idempotent]` function of [idem-diesel](https://docs.rs/idem-diesel) in the handler instead of, or
/// under, this layer: both read the same header.
///
/// A lease that was lost (its store away for longer than it, or this process stopped) ends the service's
/// future half way, and the request with 503; another holder of the key may have begun.
///
/// # Who is asking
/// A key is its principal's own, so that nobody is answered with another's response: say who that is with
/// [`Unscoped::principal`], or that there is only one with [`Unscoped::single_tenant`]. What must be allowed
/// again before a response is given again belongs in [`authorize`](Self::authorize), or in a layer
/// outside this one, as do authentication and rate limits: they then don't touch the key.
///
/// ```
/// use idem_core::{Blocking, MemoryStore};
/// use idem_http::IdempotencyLayer;
/// use axum::{Router, routing::post};
///
/// let store = Blocking(MemoryStore::default()); // Redis or a database, where there is more than one process
/// let idempotency = IdempotencyLayer::over(store)
///     .principal(|request| request.extensions.get::<UserId>().map(|user| user.0.to_string()));
/// # #[derive(Clone)] struct UserId(u64);
/// let app: Router = Router::new()
///     .route("/payments", post(async || "paid"))
///     .layer(idempotency); // and what authenticates, after it: it is asked first
/// ```
///
/// # Where it stands
/// Inside what authenticates, limits and traces; outside what compresses, since a response is given again
/// as it was recorded. With axum, turn on this crate's feature `axum`: a nested router cuts its part off
/// the path, and the layer then still goes by the whole one, which tells one request from another.
///
/// A handler that panics or fails leaves the key as good as new, as one that answers 500 does. The
/// [store](AsyncStore) is to be purged, if it doesn't do that itself.
///
/// [draft]: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
#[must_use = "a layer does nothing until a service is wrapped in it"]
pub struct IdempotencyLayer<S> {
    store: Arc<S>,
    rules: Rules,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A layer that doesn't know yet whose keys it sees.
#[must_use = "say whose keys they are"]
pub struct Unscoped<S>(S);

impl IdempotencyLayer<()> {
    /// A layer that keeps its records here.
    pub fn over<S: AsyncStore>(store: S) -> Unscoped<S> {
        Unscoped(store)
    }
}

impl<S> Unscoped<S> {
    /// Says whose request it is: at most 255 bytes, the same for every try. Nothing is answered with 401.
    ///
    /// It is asked before anything else is looked at but the method and the key. Take it from what a
    /// layer outside has proven, such as an extension that holds the user; never from a header that
    /// anybody can set.
    pub fn principal(
        self,
        principal: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static,
    ) -> IdempotencyLayer<S> {
        IdempotencyLayer {
            store: Arc::new(self.0),
            rules: Rules::new(Arc::new(principal)),
        }
    }

    /// Says that all requests are one principal's, who may see every response: an internal service with
    /// one client, say.
    pub fn single_tenant(self) -> IdempotencyLayer<S> {
        self.principal(|_| Some(String::new()))
    }
}

impl<S> IdempotencyLayer<S> {
    /// The name under which the records stand in the store: `http`, unless it is said. Services that
    /// share a store need names of their own. All routes share one, so that a key that comes back
    /// on another route is refused.
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.rules.operation = operation.into();
        self
    }

    /// Which headers hold the key: `Idempotency-Key` alone, unless it is said.
    pub fn keys(mut self, keys: KeyHeaders) -> Self {
        self.rules.keys = keys;
        self
    }

    /// Lets a request without a key through to the service, which is then called as often as it is
    /// sent. Otherwise it is refused.
    pub fn optional_key(mut self) -> Self {
        self.rules.needs_key = false;
        self
    }

    /// Which methods need a key: `POST` and `PATCH`, unless it is said. All others go to the service as they
    /// are.
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.rules.methods = methods.into_iter().collect();
        self
    }

    /// What tells one request from another.
    pub fn fingerprint(mut self, fingerprint: RequestFingerprint) -> Self {
        self.rules.fingerprint = fingerprint;
        self
    }

    /// Asks before each request, be it run or answered from the record, whether it is allowed *now*: a
    /// record must not outlive the right to see it. An `Err` is the answer; the key isn't touched.
    pub fn authorize<F>(mut self, authorize: impl Fn(&Parts) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        self.rules.authorize = Arc::new(move |head| Box::pin(authorize(head)));
        self
    }

    /// Which statuses are recorded: those of [`is_final`](crate::is_final), unless it is said. Of any other, the key is as
    /// good as new. A handler that knows better puts a [`Recording`](crate::Recording) among its response's extensions.
    pub fn record(mut self, is_final: impl Fn(StatusCode) -> bool + Send + Sync + 'static) -> Self {
        self.rules.is_final = Arc::new(is_final);
        self
    }

    /// How long a claim holds without word from this process: 30 seconds, unless it is said, at least 100
    /// milliseconds and at most a day. It is renewed after each third of that. After a crash, so long is the key in flight.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.rules.lease = lease.clamp(Duration::from_millis(100), DAY);
        self
    }

    /// How long a response is replayed: 24 hours, unless it is said. At least a second; let it be longer than
    /// any client retries.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.rules.ttl = ttl.max(Duration::from_secs(1));
        self
    }

    /// Has a request wait for another with its key, so long at most, before it is answered 409. It doesn't
    /// wait unless it is said.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.rules.wait = wait;
        self
    }

    /// How many bytes a request's body may have: 1 MiB, unless it is said. It is held in memory.
    pub fn max_request(mut self, bytes: usize) -> Self {
        self.rules.max_request = bytes;
        self
    }

    /// How many bytes a response's body may have to be stored: 1 MiB, unless it is said. It is held in
    /// memory.
    pub fn max_response(mut self, bytes: usize) -> Self {
        self.rules.max_response = bytes;
        self
    }

    /// What to do with a response of unknown length. Server-sent events, multipart streams, gRPC and
    /// upgrades are always passed on.
    pub fn streaming(mut self, streaming: Streaming) -> Self {
        self.rules.streaming = streaming;
        self
    }

    /// Where callers can read how keys are to be used here: in the refusals of a key as a link
    /// (`Link: <…>; rel="describedby"`), as the draft recommends. A URI, in ASCII.
    ///
    /// # Errors
    /// When it can't stand in a header.
    pub fn documentation(mut self, uri: &str) -> Result<Self, InvalidHeaderValue> {
        let uri = uri.replace('>', "%3E");
        let link = format!("<{uri}>; rel=\"describedby\"; type=\"text/html\"");
        self.rules.documentation = Some(link.parse()?);
        Ok(self)
    }

    /// What to do about a response that can't be stored.
    pub fn unstorable(mut self, unstorable: Unstorable) -> Self {
        self.rules.unstorable = unstorable;
        self
    }
}

impl<S, I> Layer<I> for IdempotencyLayer<S> {
    type Service = Idempotent<S, I>;

    fn layer(&self, inner: I) -> Idempotent<S, I> {
        Idempotent::new(Arc::clone(&self.store), self.rules.clone(), inner)
    }
}

// By hand, since the store need not be `Clone`.
impl<S> Clone for IdempotencyLayer<S> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            rules: self.rules.clone(),
        }
    }
}

impl<S> fmt::Debug for IdempotencyLayer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyLayer")
            .field("operation", &self.rules.operation)
            .field("keys", &self.rules.keys)
            .field("methods", &self.rules.methods)
            .finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Unscoped<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unscoped").finish_non_exhaustive()
    }
}
