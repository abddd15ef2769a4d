//! What the layer answers by itself.

use crate::body::{Body, Unread, full};
use crate::rules::Rules;
use crate::run::Call;
use http::header::{HeaderValue, LINK};
use http::{HeaderName, Response, StatusCode};
use idem_core::http::{IDEMPOTENCY_STORED, IDEMPOTENT_REPLAYED, StoredResponse};
use idem_core::{Lost, Problem, Rejection};
use std::time::Duration;

/// When to try again after a failure that passes.
const SOON: Duration = Duration::from_secs(1);

/// A refusal that has to do with the key: it says where to read about keys.
pub(crate) fn refused(rules: &Rules, rejection: &Rejection) -> Response<Body> {
    let mut response = rejection.response().map(full);
    if let Some(link) = &rules.documentation {
        response.headers_mut().insert(LINK, link.clone());
    }
    response
}

pub(crate) fn problem(problem: &Problem) -> Response<Body> {
    problem.response(None).map(full)
}

pub(crate) fn unknown_principal() -> Response<Body> {
    problem(&Problem::new(
        "urn:idem:unknown-principal",
        "Caller unknown",
        401,
        "An idempotency key belongs to a caller, and this request doesn't say who that is.".into(),
    ))
}

pub(crate) fn unread(reason: &Unread, max: usize) -> Response<Body> {
    problem(&match reason {
        Unread::TooLong => Problem::new(
            "urn:idem:request-too-large",
            "Request too large",
            413,
            format!("A request with an idempotency key may have {max} bytes here."),
        ),
        Unread::Broken(error) => Problem::new(
            "urn:idem:unreadable-request",
            "Request unreadable",
            400,
            format!("The request's body broke off: {error}"),
        ),
    })
}

/// The store can't tell, so that nothing was run.
pub(crate) fn unavailable() -> Response<Body> {
    let problem = Problem::new(
        "urn:idem:store-unavailable",
        "Idempotency store unavailable",
        503,
        "Nothing was done, since it can't be told whether it was done before. Send the same request again."
            .into(),
    );
    problem.response(Some(SOON)).map(full)
}

/// Nobody knows how far it came.
pub(crate) fn lost(rules: &Rules) -> Response<Body> {
    let rejection = Rejection::LostClaim {
        operation: rules.operation.clone(),
        lost: Lost::Lease,
    };
    rejection.problem().response(Some(SOON)).map(full)
}

/// An earlier response, as its record has it.
pub(crate) fn replayed<S>(call: &Call<S>, text: Option<&str>, version: i32) -> Response<Body> {
    let stored = match text.map(StoredResponse::from_text) {
        Some(Ok(stored)) => stored,
        Some(Err(error)) => return unreadable(call, version, error.to_string()),
        None => return unreadable(call, version, "there is no response in it".into()),
    };
    let Some(body) = stored.body else {
        return not_stored(stored.status);
    };
    let mut response = Response::new(full(body));
    *response.status_mut() = stored.status;
    *response.headers_mut() = stored.headers;
    mark(&mut response, IDEMPOTENT_REPLAYED, "true");
    response
}

pub(crate) fn unreadable<S>(call: &Call<S>, version: i32, reason: String) -> Response<Body> {
    call.warn(&format!("its record can't be read: {reason}"));
    let rejection = Rejection::UnreadableResult {
        operation: call.rules.operation.clone(),
        key: call.key.clone(),
        stored_version: version,
        expected_version: version,
        reason,
    };
    rejection.response().map(full)
}

fn not_stored(status: StatusCode) -> Response<Body> {
    problem(&Problem::new(
        "urn:idem:response-not-stored",
        "Response not stored",
        409,
        format!(
            "An earlier request with this key was answered with {}. It was not run again. What it was answered \
             is not kept: it was too long, or a stream.",
            status.as_u16()
        ),
    ))
}

/// Says that this response can't be replayed.
pub(crate) fn mark_unstored(response: &mut Response<Body>) {
    mark(response, IDEMPOTENCY_STORED, "false");
}

fn mark(response: &mut Response<Body>, name: HeaderName, value: &'static str) {
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}
