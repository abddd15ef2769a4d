//! Which responses end a request for good.

use http::StatusCode;

/// Whether a response of this status is the request's answer once and for all, to be recorded and
/// replayed. All others leave the key as good as new, so that the same request can be sent again.
///
/// Final are 2xx, 3xx but 307 and 308, and of 4xx those by which an operation says no: 402, 404, 409, 410, 412, 423,
/// 424, 451 and what is not registered. Not final are:
///
/// - 5xx, 408, 425 and 429, since the same request may be answered otherwise a moment later;
/// - what is said before an operation begins: of who is asking (401, 403, 407, 511), of the request's
///   form (400, 405, 406, 411, 413 to 417, 421, 422, 426, 428, 431), and where to send it instead (307, 308).
///   A client that mends its request keeps its key.
///
/// ```
/// use http::StatusCode;
/// use idem_core::http::is_final;
///
/// assert!(is_final(StatusCode::CREATED) && is_final(StatusCode::PAYMENT_REQUIRED));
/// assert!(!is_final(StatusCode::TOO_MANY_REQUESTS) && !is_final(StatusCode::BAD_GATEWAY));
/// assert!(!is_final(StatusCode::UNPROCESSABLE_ENTITY));
/// ```
#[must_use]
pub fn is_final(status: StatusCode) -> bool {
    let is_provisional = matches!(
        status.as_u16(),
        100..=199
            | 307
            | 308
            | 400
            | 401
            | 403
            | 405..=408
            | 411
            | 413..=417
            | 421
            | 422
            | 425
            | 426
            | 428
            | 429
            | 431
            | 500..
    );
    !is_provisional
}
