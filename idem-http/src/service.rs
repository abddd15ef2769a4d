//! The service: which requests are protected, and what is asked before a key is touched.

use crate::answer;
use crate::body::{Body, Incoming, full, pass, read_all};
use crate::rules::Rules;
use crate::run::Call;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, Uri};
use idem_core::{AsyncStore, IdempotencyKey, Rejection};
use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;
use tracing::Instrument as _;

/// A service whose requests are run once per key: see [`IdempotencyLayer`](crate::IdempotencyLayer).
pub struct Idempotent<S, I> {
    store: Arc<S>,
    rules: Arc<Rules>,
    inner: I,
}

impl<S, I> Idempotent<S, I> {
    pub(crate) fn new(store: Arc<S>, rules: Rules, inner: I) -> Self {
        let rules = Arc::new(rules);
        Self {
            store,
            rules,
            inner,
        }
    }
}

impl<S, I, B, R> Service<Request<B>> for Idempotent<S, I>
where
    S: AsyncStore + Send + Sync + 'static,
    I: Service<Request<Body>, Response = Response<R>> + Clone + Send + 'static,
    I::Future: Send,
    I::Error: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = I::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, I::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), I::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that was said to be ready is the one to call.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let (store, rules) = (Arc::clone(&self.store), Arc::clone(&self.rules));
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let key = match key(&rules, &head) {
                Ok(Some(key)) => key,
                Ok(None) => {
                    let request = Request::from_parts(head, pass(body));
                    return inner.call(request).await.map(|response| response.map(pass));
                }
                Err(rejection) => return Ok(answer::refused(&rules, &rejection)),
            };
            let (tenant, body) = match admit(&rules, &head, body).await {
                Ok(admitted) => admitted,
                Err(response) => return Ok(response),
            };
            let target = target(&head);
            let fingerprint = match rules.fingerprint.of_target(&head, target, &body) {
                Ok(fingerprint) => fingerprint,
                Err(error) => return Ok(answer::refused(&rules, &error.into())),
            };
            let call = Call {
                store,
                rules,
                tenant,
                key,
                fingerprint,
            };
            let request = Request::from_parts(head, full(body));
            // A task of its own, since this future is dropped when the client hangs up.
            let call = Arc::new(call);
            let rules = Arc::clone(&call.rules);
            let task = tokio::spawn(call.run(inner, request).in_current_span());
            match task.await {
                Ok(response) => response,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    Err(_) => Ok(answer::lost(&rules)), // the runtime is shutting down
                },
            }
        })
    }
}

/// The request's key, or nothing if it isn't protected.
fn key(rules: &Rules, head: &Parts) -> Result<Option<IdempotencyKey>, Rejection> {
    if !rules.methods.contains(&head.method) {
        return Ok(None);
    }
    if rules.needs_key {
        return rules.keys.required(&head.headers).map(Some);
    }
    Ok(rules.keys.read(&head.headers)?)
}

/// What the request was sent to. A router of axum's that nests this service has cut the path short.
fn target(head: &Parts) -> &Uri {
    #[cfg(feature = "axum")]
    if let Some(original) = head.extensions.get::<axum::extract::OriginalUri>() {
        return &original.0;
    }
    &head.uri
}

/// What is asked before the key is touched: who it is, whether it is allowed, and what it says.
async fn admit<B: Incoming>(
    rules: &Rules,
    head: &Parts,
    body: B,
) -> Result<(String, Bytes), Response<Body>> {
    let tenant = (rules.principal)(head).ok_or_else(answer::unknown_principal)?;
    let allowed = (rules.authorize)(head);
    allowed.await.map_err(|problem| answer::problem(&problem))?;
    let read = read_all(body, rules.max_request).await;
    let body = read.map_err(|reason| answer::unread(&reason, rules.max_request))?;
    Ok((tenant, body))
}

// By hand, since the store need not be `Clone`.
impl<S, I: Clone> Clone for Idempotent<S, I> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            rules: Arc::clone(&self.rules),
            inner: self.inner.clone(),
        }
    }
}

impl<S, I> fmt::Debug for Idempotent<S, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotent").finish_non_exhaustive()
    }
}
