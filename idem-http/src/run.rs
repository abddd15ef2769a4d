//! One request: claimed, run and recorded, or answered from its record.

use crate::answer;
use crate::body::{Body, Incoming, Read, full, pass, read_up_to};
use crate::layer::{Recording, Rules, Streaming, Unstorable};
use crate::lease::{Gone, Lease};
use futures_util::FutureExt as _;
use http::header::CONTENT_TYPE;
use http::response::Parts;
use http::{Request, Response, StatusCode};
use idem_core::http::StoredResponse;
use idem_core::{
    AsyncStore, Claim, Claimed, FencingToken, Fingerprint, IdempotencyKey, RecordId, Rejection,
    RetryPolicy,
};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower_service::Service;

/// The version of [`StoredResponse`]'s text.
const VERSION: i32 = 1;

/// When a request that is in flight is worth another try: a handler is done long before its lease is.
const IN_FLIGHT: Duration = Duration::from_secs(1);

/// How a request that waits looks whether the other is done.
const WAITING: RetryPolicy = RetryPolicy::attempts(u32::MAX)
    .min_delay(Duration::from_millis(10))
    .max_delay(Duration::from_millis(250));

/// A request with a key.
pub(crate) struct Call<S> {
    pub(crate) store: Arc<S>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) tenant: String,
    pub(crate) key: IdempotencyKey,
    pub(crate) fingerprint: Fingerprint,
}

/// What a handler's response is to the record.
enum Ending {
    /// Its whole body.
    Storable(Vec<u8>),
    /// A body that isn't stored.
    Unstorable(Body),
    /// An answer that may be another next time.
    Provisional(Body),
}

impl<S: AsyncStore> Call<S> {
    /// Answers the request. What is dropped half way keeps its claim until the lease is over.
    pub(crate) async fn run<I, R>(
        self,
        inner: I,
        request: Request<Body>,
    ) -> Result<Response<Body>, I::Error>
    where
        I: Service<Request<Body>, Response = Response<R>>,
        R: Incoming,
    {
        match self.claim().await {
            Ok(lease) => self.run_under(lease, inner, request).await,
            Err(answer) => Ok(*answer),
        }
    }

    fn id(&self) -> RecordId<'_> {
        RecordId {
            operation: &self.rules.operation,
            tenant: &self.tenant,
            key: &self.key,
        }
    }

    /// Claims the key, or gives the answer.
    async fn claim(&self) -> Result<Lease<'_, S>, Box<Response<Body>>> {
        let claim = Claim {
            id: self.id(),
            fingerprint: self.fingerprint,
            result_version: VERSION,
            lease: self.rules.lease,
            ttl: self.rules.ttl,
        };
        let began = Instant::now();
        let mut delays = WAITING.delays();
        loop {
            let asked = Instant::now();
            match self.store.claim(&claim).await {
                Ok(Claimed::Granted(token)) => return Ok(self.lease(token, asked)),
                Ok(Claimed::Rejected(Rejection::InFlight { retry_after })) => {
                    let left = self.rules.wait.saturating_sub(began.elapsed());
                    if left.is_zero() {
                        let retry_after = retry_after.min(IN_FLIGHT);
                        let rejection = Rejection::InFlight { retry_after };
                        return Err(answer::refused(&self.rules, &rejection).into());
                    }
                    sleep(delays.next().unwrap_or(IN_FLIGHT).min(left)).await;
                }
                Ok(other) => return Err(self.answer(other).into()),
                Err(error) => {
                    let operation = self.id().operation;
                    tracing::warn!(
                        operation,
                        error = &error as &dyn std::error::Error,
                        "the idempotency store failed"
                    );
                    return Err(answer::unavailable().into());
                }
            }
        }
    }

    fn lease(&self, token: FencingToken, asked: Instant) -> Lease<'_, S> {
        Lease {
            store: &self.store,
            id: self.id(),
            token,
            length: self.rules.lease,
            until: asked + self.rules.lease,
        }
    }

    fn answer(&self, claimed: Claimed) -> Response<Body> {
        match claimed {
            Claimed::Replay(text) => answer::replayed(&self.id(), text.as_deref(), VERSION),
            Claimed::Rejected(rejection) => answer::refused(&self.rules, &rejection),
            Claimed::ReplayError(_) | Claimed::Granted(_) => {
                answer::unreadable(&self.id(), VERSION, "it was not this layer's".into())
            }
        }
    }

    /// Runs the handler while its lease holds, and then tells the store how it ended.
    async fn run_under<I, R>(
        &self,
        mut lease: Lease<'_, S>,
        mut inner: I,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, I::Error>
    where
        I: Service<Request<Body>, Response = Response<R>>,
        R: Incoming,
    {
        request.extensions_mut().insert(self.key.clone());
        request.extensions_mut().insert(lease.token);
        let work = AssertUnwindSafe(async {
            let (head, body) = inner.call(request).await?.into_parts();
            let ending = self.ending(&head, body).await;
            Ok((head, ending))
        });
        let worked = tokio::select! {
            biased;
            worked = work.catch_unwind() => worked,
            Gone = lease.keep() => return Ok(answer::lost(&self.id())),
        };
        match worked {
            Ok(Ok((head, ending))) => Ok(self.end(&lease, head, ending).await),
            // What an error or a panic has left behind is as unknown as after a 500.
            Ok(Err(error)) => {
                lease.release().await;
                Err(error)
            }
            Err(panic) => {
                lease.release().await;
                resume_unwind(panic)
            }
        }
    }

    /// Reads of a response what will be stored of it.
    async fn ending<R: Incoming>(&self, head: &Parts, body: R) -> Ending {
        let rules = &self.rules;
        let is_final = match head.extensions.get() {
            Some(Recording::Store) => true,
            Some(Recording::Skip) => false,
            None => (rules.is_final)(head.status),
        };
        if !is_final {
            return Ending::Provisional(pass(body));
        }
        let size = body.size_hint();
        let passes_on = rules.streaming == Streaming::PassOn && size.exact().is_none();
        let is_too_long = size.lower() > u64::try_from(rules.max_response).unwrap_or(u64::MAX);
        if passes_on || is_too_long || is_stream(head) {
            return Ending::Unstorable(pass(body));
        }
        match read_up_to(body, rules.max_response).await {
            Read::Whole(body) => Ending::Storable(body),
            Read::Beginning(body) => Ending::Unstorable(body),
            Read::Broken(body) => Ending::Provisional(body),
        }
    }

    /// Tells the store how the request ended, and makes the response.
    async fn end(&self, lease: &Lease<'_, S>, head: Parts, ending: Ending) -> Response<Body> {
        let (body, stored) = match ending {
            Ending::Storable(body) => {
                let stored = StoredResponse::new(head.status, &head.headers, body.clone());
                (full(body), Some(stored))
            }
            Ending::Unstorable(body) if self.rules.unstorable == Unstorable::NeverAgain => {
                let stored = StoredResponse::without_body(head.status, &head.headers);
                (body, Some(stored))
            }
            Ending::Unstorable(body) | Ending::Provisional(body) => (body, None),
        };
        let is_stored = stored.as_ref().is_some_and(|stored| stored.body.is_some());
        match stored.map(|stored| stored.to_text()) {
            None => lease.release().await,
            Some(Ok(text)) => {
                if lease.complete(&text).await.is_err() {
                    return answer::lost(&self.id());
                }
            }
            Some(Err(error)) => {
                let reason = error.to_string();
                return answer::unreadable(&self.id(), VERSION, reason);
            }
        }
        let mut response = Response::from_parts(head, body);
        if !is_stored {
            answer::mark_unstored(&mut response);
        }
        response
    }
}

/// Whether a response is made to be read as it comes.
fn is_stream(head: &Parts) -> bool {
    let content_type = head.headers.get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let streams = [
        "text/event-stream",
        "multipart/x-mixed-replace",
        "application/grpc",
    ];
    head.status == StatusCode::SWITCHING_PROTOCOLS
        || streams
            .iter()
            .any(|stream| content_type.to_ascii_lowercase().starts_with(stream))
}
