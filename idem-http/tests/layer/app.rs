//! A service that counts how often it is called, under the layer.

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use axum::{Router, extract::Request};
use http::{HeaderMap, StatusCode};
use idem_core::AsyncStore;
use idem_http::IdempotencyLayer;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tower::ServiceExt as _;

/// The service, and how often it was called.
#[derive(Clone)]
pub(crate) struct App {
    router: Router,
    calls: Arc<AtomicUsize>,
}

/// An answer, read to its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl App {
    /// A handler that is told how often it was called, this time included.
    pub(crate) fn new<S, F, R>(
        layer: IdempotencyLayer<S>,
        handler: impl Fn(usize, Request) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        S: AsyncStore + Send + Sync + 'static,
        F: Future<Output = R> + Send,
        R: IntoResponse,
    {
        let calls = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&calls);
        let handle = async move |request: Request| {
            let call = counter.fetch_add(1, SeqCst) + 1;
            handler(call, request).await.into_response()
        };
        let router = Router::new().fallback(handle).layer(layer);
        Self { router, calls }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    /// The response, as it comes.
    pub(crate) async fn open(&self, request: Request) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request) -> Answer {
        let (head, body) = self.open(request).await.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().into(),
        }
    }

    /// Sends what [`post`] makes.
    pub(crate) async fn post(&self, key: &str, body: &str) -> Answer {
        self.send(post(key, body)).await
    }
}

pub(crate) fn post(key: &str, body: &str) -> Request {
    Request::post("/payments")
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn is_replayed(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// Checks that it is a problem document of this status and kind.
    pub(crate) fn assert_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let document: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(document["type"], format!("urn:idem:{kind}"), "{document}");
        assert_eq!(document["status"], status);
        assert!(!self.is_replayed());
    }
}
