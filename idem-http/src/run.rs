//! One request: claimed, run and recorded, or answered from its record.

use crate::answer;
use crate::body::{Body, Incoming, Read, full, pass, read_up_to};
use crate::lease::{Lease, Unwritten};
use crate::rules::{Recording, Rules, Streaming, Unstorable};
use futures_util::FutureExt as _;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::response::Parts;
use http::{Request, Response, StatusCode};
use idem_core::http::StoredResponse;
use idem_core::{
    AsyncStore, Claim, Claimed, Fingerprint, IdempotencyKey, RecordId, Rejection, RetryPolicy,
};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};
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

impl<S> Call<S> {
    pub(crate) fn id(&self) -> RecordId<'_> {
        RecordId {
            operation: &self.rules.operation,
            tenant: &self.tenant,
            key: &self.key,
        }
    }

    pub(crate) fn store_failed(&self, error: &(dyn std::error::Error + 'static)) {
        let (operation, key) = (&self.rules.operation, self.key.digest());
        tracing::warn!(operation, key, error, "the idempotency store failed");
    }

    /// Tells the operator what the caller isn't told.
    pub(crate) fn warn(&self, what: &str) {
        let (operation, key) = (&self.rules.operation, self.key.digest());
        tracing::warn!(operation, key, "a request with an idempotency key: {what}");
    }
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

impl<S: AsyncStore + Send + Sync + 'static> Call<S> {
    /// Answers the request. What is dropped half way keeps its claim until the lease is over.
    pub(crate) async fn run<I, R>(
        self: Arc<Self>,
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

    /// Claims the key, or gives the answer.
    async fn claim(self: &Arc<Self>) -> Result<Lease<S>, Box<Response<Body>>> {
        let began = Instant::now();
        let mut delays = WAITING.delays();
        loop {
            let asked = Instant::now();
            let claimed = timeout(self.rules.lease, self.store.claim(&self.asked_for())).await;
            match claimed {
                Ok(Ok(Claimed::Granted(token))) => {
                    let lease = Lease::granted(Arc::clone(self), token, asked).await;
                    return lease.map_err(|_| answer::unavailable().into());
                }
                Ok(Ok(Claimed::Rejected(Rejection::InFlight { retry_after }))) => {
                    let left = self.rules.wait.saturating_sub(began.elapsed());
                    if left.is_zero() {
                        return Err(self.in_flight(retry_after).into());
                    }
                    sleep(delays.next().unwrap_or(IN_FLIGHT).min(left)).await;
                }
                Ok(Ok(other)) => return Err(self.answer(other).into()),
                Ok(Err(error)) => {
                    self.store_failed(&error);
                    return Err(answer::unavailable().into());
                }
                Err(_) => {
                    self.warn("the store has not answered its claim for as long as a lease lasts");
                    return Err(answer::unavailable().into());
                }
            }
        }
    }

    fn asked_for(&self) -> Claim<'_> {
        Claim {
            id: self.id(),
            fingerprint: self.fingerprint,
            result_version: VERSION,
            lease: self.rules.lease,
            ttl: self.rules.ttl,
        }
    }

    /// Somebody who works renews a lease when a third of it is over. One that is older is probably
    /// nobody's, and has to end by itself.
    fn in_flight(&self, left: Duration) -> Response<Body> {
        let is_fresh = left >= self.rules.lease * 3 / 5;
        let retry_after = if is_fresh { left.min(IN_FLIGHT) } else { left };
        answer::refused(&self.rules, &Rejection::InFlight { retry_after })
    }

    fn answer(&self, claimed: Claimed) -> Response<Body> {
        match claimed {
            Claimed::Replay(text) => answer::replayed(self, text.as_deref(), VERSION),
            Claimed::Rejected(rejection) => {
                if rejection.status() >= 500 {
                    self.warn(&rejection.to_string());
                }
                answer::refused(&self.rules, &rejection)
            }
            Claimed::ReplayError(_) | Claimed::Granted(_) => {
                answer::unreadable(self, VERSION, "it was not this layer's".into())
            }
        }
    }

    /// Runs the handler while its lease holds, and then tells the store how it ended.
    async fn run_under<I, R>(
        &self,
        lease: Lease<S>,
        mut inner: I,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, I::Error>
    where
        I: Service<Request<Body>, Response = Response<R>>,
        R: Incoming,
    {
        request.extensions_mut().insert(self.key.clone());
        request.extensions_mut().insert(self.rules.keys.clone());
        request.extensions_mut().insert(lease.token());
        let mut keeper = lease.keep();
        // It sets its clock before a handler can block this thread: nobody else takes what was spawned last.
        yield_now().await;
        let work = AssertUnwindSafe(async {
            let (head, body) = inner.call(request).await?.into_parts();
            let ending = self.ending(&head, body).await;
            Ok((head, ending))
        });
        let worked = tokio::select! {
            biased;
            worked = work.catch_unwind() => worked,
            () = keeper.lost() => return Ok(answer::lost(&self.rules)),
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
            // Who is asked to come again isn't answered yet.
            None if head.status.is_client_error() && head.headers.contains_key(RETRY_AFTER) => {
                false
            }
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
    async fn end(&self, lease: &Lease<S>, head: Parts, ending: Ending) -> Response<Body> {
        let never_again = self.rules.unstorable == Unstorable::NeverAgain;
        let (body, stored) = match ending {
            Ending::Storable(body) => {
                let stored = StoredResponse::new(head.status, &head.headers, body.clone());
                (full(body), Some(stored))
            }
            Ending::Unstorable(body) if never_again => {
                let stored = StoredResponse::without_body(head.status, &head.headers);
                (body, Some(stored))
            }
            Ending::Unstorable(body) | Ending::Provisional(body) => (body, None),
        };
        let is_stored = match stored {
            None => {
                lease.release().await;
                false
            }
            Some(stored) => match self.store(lease, stored).await {
                Ok(is_stored) => is_stored,
                Err(unwritten) => {
                    self.warn(&format!(
                        "it was run, and its end is not recorded: {unwritten:?}"
                    ));
                    return answer::lost(&self.rules);
                }
            },
        };
        let mut response = Response::from_parts(head, body);
        if !is_stored {
            answer::mark_unstored(&mut response);
        }
        response
    }

    /// Stores a response, and says whether its body is. What the store can't take, for its length perhaps,
    /// it may take without its body: then the request isn't run again.
    async fn store(&self, lease: &Lease<S>, mut stored: StoredResponse) -> Result<bool, Unwritten> {
        let has_body = stored.body.is_some();
        match lease.complete(&text(&stored)).await {
            Err(Unwritten::Refused) if has_body => {
                stored.body = None;
                lease.complete(&text(&stored)).await?;
                Ok(false)
            }
            written => written.map(|()| has_body),
        }
    }
}

/// A response's text: its encoding is of strings and numbers, which doesn't fail; and if it did, the
/// record would be unreadable, not absent.
fn text(stored: &StoredResponse) -> String {
    stored.to_text().unwrap_or_default()
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
