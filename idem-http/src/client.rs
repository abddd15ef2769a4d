//! A client that sends a request until it is answered.

use async_trait::async_trait;
use http::header::{HeaderValue, RETRY_AFTER};
use http::{Extensions, Method, StatusCode};
use idem_core::http::IDEMPOTENCY_KEY;
use idem_core::{IdempotencyKey, RetryPolicy};
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};
use std::time::{Duration, SystemTime};

/// A middleware for [reqwest](reqwest_middleware) that gives each request one key, and sends it again
/// until it is answered.
///
/// A request has one key however often it is sent: that of its `Idempotency-Key` header, or else an
/// [`IdempotencyKey`] among its extensions, or else a [generated](IdempotencyKey::generate) one. Who wants
/// to go on after a crash of this process stores the key *before* the first try, and sets it.
///
/// | what comes back | what it does |
/// |---|---|
/// | a network error, a timeout | sends the request again |
/// | 5xx | again |
/// | 408, 409, 425, 429 with `Retry-After` | again, no sooner than that |
/// | anything else | gives it back, as it gives back the last try's |
///
/// `POST`, `PATCH` and all other methods get a key but those that are idempotent by themselves
/// ([RFC 9110, section 9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)). Use it only with services
/// that honour the key: others would run a `POST` again. A redirect that the client follows takes the key along.
///
/// Give the client a `timeout`: without one, an answer that gets lost is waited for without end. A body
/// that is a stream can't be sent twice: such a request is sent once.
///
/// ```
/// use idem_http::{IdempotentRetries, RetryPolicy};
/// use reqwest_middleware::ClientBuilder;
/// use std::time::Duration;
///
/// # fn client() -> reqwest::Result<reqwest_middleware::ClientWithMiddleware> {
/// let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
/// let client = ClientBuilder::new(client) // reqwest 0.13 and reqwest-middleware 0.5
///     .with(IdempotentRetries::new(RetryPolicy::attempts(8)))
///     .build();
/// let key = idem_http::IdempotencyKey::generate(); // to be stored before the first try
/// let request = client.post("https://shop.example/payments").with_extension(key);
/// # Ok(client) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotentRetries {
    policy: RetryPolicy,
    longest_wait: Duration,
    quoted: bool,
}

impl Default for IdempotentRetries {
    /// Five tries, with waits from 200 ms to 5 s between them.
    fn default() -> Self {
        Self::new(
            RetryPolicy::attempts(5)
                .min_delay(Duration::from_millis(200))
                .max_delay(Duration::from_secs(5)),
        )
    }
}

impl IdempotentRetries {
    /// Tries as often as the policy says, and waits as it says, or as long as the server asks if that is
    /// longer: the policy's total doesn't count what a server asks for.
    #[must_use]
    pub const fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            longest_wait: Duration::from_secs(60),
            quoted: true,
        }
    }

    /// The longest `Retry-After` to follow: 60 seconds, unless it is said. A response that asks for more is
    /// given back.
    #[must_use]
    pub const fn longest_wait(self, longest_wait: Duration) -> Self {
        Self {
            longest_wait,
            ..self
        }
    }

    /// Sends keys without quotes, for servers that take the header as it is. The standard's form, and
    /// the default, is a quoted string.
    #[must_use]
    pub const fn bare_keys(self) -> Self {
        Self {
            quoted: false,
            ..self
        }
    }

    fn set_key(&self, request: &mut Request, extensions: &Extensions) {
        let is_idempotent = matches!(
            *request.method(),
            Method::GET
                | Method::HEAD
                | Method::OPTIONS
                | Method::TRACE
                | Method::PUT
                | Method::DELETE
        );
        let given = extensions.get::<IdempotencyKey>();
        if request.headers().contains_key(IDEMPOTENCY_KEY) || is_idempotent && given.is_none() {
            return;
        }
        let key = given.map_or_else(IdempotencyKey::generate, Clone::clone);
        let text = if self.quoted {
            format!(
                "\"{}\"",
                key.as_str().replace('\\', r"\\").replace('"', "\\\"")
            )
        } else {
            key.to_string()
        };
        // Visible ASCII, as every key is: a header can hold it.
        if let Ok(value) = HeaderValue::try_from(text) {
            request.headers_mut().insert(IDEMPOTENCY_KEY, value);
        }
    }
}

/// How long to wait at least before the request is sent again; nothing if it is answered.
fn again_after(result: &Result<Response>) -> Option<Duration> {
    match result {
        Ok(response) => {
            let status = response.status();
            let retry_after = response.headers().get(RETRY_AFTER).and_then(seconds);
            let is_asked_for = matches!(
                status,
                StatusCode::REQUEST_TIMEOUT
                    | StatusCode::CONFLICT
                    | StatusCode::TOO_EARLY
                    | StatusCode::TOO_MANY_REQUESTS
            );
            match retry_after {
                Some(wait) if is_asked_for || status.is_server_error() => Some(wait),
                None if status.is_server_error() => Some(Duration::ZERO),
                _ => None,
            }
        }
        Err(reqwest_middleware::Error::Reqwest(error)) => {
            let is_ours = error.is_builder() || error.is_redirect() || error.is_decode();
            (!is_ours).then_some(Duration::ZERO)
        }
        Err(reqwest_middleware::Error::Middleware(_)) => None,
    }
}

/// Seconds or a date ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
fn seconds(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than can be counted is longer than anybody waits.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[async_trait]
impl Middleware for IdempotentRetries {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        self.set_key(&mut request, extensions);
        let mut delays = self.policy.delays();
        while let Some(attempt) = request.try_clone() {
            let result = next.clone().run(attempt, extensions).await;
            let Some(wait) = again_after(&result).filter(|wait| *wait <= self.longest_wait) else {
                return result;
            };
            let Some(delay) = delays.next() else {
                return result;
            };
            match &result {
                Ok(response) => tracing::debug!(status = response.status().as_u16(), "sent again"),
                Err(error) => {
                    tracing::debug!(error = error as &dyn std::error::Error, "sent again")
                }
            }
            tokio::time::sleep(delay.max(wait)).await;
        }
        next.run(request, extensions).await
    }
}
