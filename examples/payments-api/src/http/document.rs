//! The OpenAPI document's frame: what isn't said beside each handler.

use utoipa::openapi::OpenApi;
use utoipa::{IntoResponses, OpenApi as _, ToSchema};

/// Payments, accounts and stock, each request safe to retry.
///
/// A request with the header `Idempotency-Key` can be sent any number of times, also at once: it
/// has one effect, and every answer but the first says `Idempotent-Replayed: true`. Make a key per
/// request, and send it with every retry. An answer of 5xx, 409 with `Retry-After`, or none at all means: send it
/// again. Keys are kept for 24 hours.
#[derive(utoipa::OpenApi)]
#[openapi(
    tags(
        (name = "payments", description = "From one account to another, once for a key."),
        (name = "accounts", description = "Opened once for a key, changed under `If-Match`."),
        (name = "stock", description = "Changed by a request, a message or a count, retried safely each in its own way."),
        (name = "health", description = "For load balancers."),
    )
)]
struct Frame;

pub(super) fn frame() -> OpenApi {
    let mut frame = Frame::openapi();
    // A client needs only the paths; where they are served is the deployment's to say.
    frame.servers = None;
    frame
}

/// Why a request isn't answered with what it asked for ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "described here, made by `idem_diesel::Problem`")]
pub(crate) struct ProblemDocument {
    /// A stable URI that names the kind of problem.
    #[schema(example = "urn:idem:key-reused")]
    r#type: String,
    /// The kind of problem in a few words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// This problem in particular.
    detail: String,
}

/// What any request can be answered with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "described here, made by `ApiError`")]
pub(crate) enum EveryRequest {
    /// The server failed. The request, sent again with its key, has one effect all the same.
    #[response(status = 500, content_type = "application/problem+json")]
    Failed(ProblemDocument),
    /// The database is busy or away. Send the same request again.
    #[response(status = 503, content_type = "application/problem+json",
        headers(("Retry-After" = u64, description = "In how many seconds.")))]
    Unavailable(ProblemDocument),
}

/// What a request with a body can be answered with, besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "described here, made by `ApiError`")]
pub(crate) enum WithBody {
    /// The request can't be read: a header is missing or malformed, the body isn't JSON, or the path
    /// is out of bounds. No key is used up.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(ProblemDocument),
    /// The body is longer than 16 KiB.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemDocument),
    /// The body doesn't say that it is JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NoJson(ProblemDocument),
    /// The body isn't what the schema says. No key is used up.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemDocument),
}

/// What a request with a key can be answered with, besides. Goes after [`WithBody`].
#[derive(IntoResponses)]
#[expect(dead_code, reason = "described here, made by `ApiError`")]
pub(crate) enum Keyed {
    /// A request with this key is still running (with `Retry-After`); or this request is refused for
    /// good, and so is each copy of it.
    #[response(status = 409, content_type = "application/problem+json",
        headers(("Retry-After" = u64, description = "In how many seconds to send it again, if one is still running.")))]
    Conflict(ProblemDocument),
    /// The body isn't what the schema says, or the key was used for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Reused(ProblemDocument),
}

/// What a request with `If-Match` can be answered with, besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "described here, made by `ApiError`")]
pub(crate) enum WithIfMatch {
    /// There is no such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDocument),
    /// It isn't in the state that `If-Match` names. Read it again, and decide anew.
    #[response(status = 412, content_type = "application/problem+json")]
    Changed(ProblemDocument),
    /// The header `If-Match` is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    Unconditional(ProblemDocument),
}
