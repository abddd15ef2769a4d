//! The headers that a request may or must have, for the document.

use utoipa::IntoParams;

/// The header that makes a request safe to retry.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "described here, read by `IdempotencyKey`")]
pub(crate) struct KeyHeader {
    /// A name for this request, the same one with each retry: 1 to 255 characters of visible ASCII; with
    /// `,` or `;` among them, in quotes.
    #[param(
        rename = "Idempotency-Key",
        pattern = r#"^([!#-+\--:<-~]{1,255}|"[!#-\[\]-~]{1,255}")$"#,
        example = "6f1b2c9e-0d53-4c4e-9f0c-2f1f6a2c6b1d"
    )]
    key: String,
}

/// The header that keeps a change from overwriting what the client hasn't seen.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "described here, read by `IfMatch`")]
pub(crate) struct IfMatchHeader {
    /// The `ETag` of what the client has seen; `*` for whatever is there.
    #[param(
        rename = "If-Match",
        pattern = r#"^(\*|(W/)?"[!#-~]{0,60}"(, (W/)?"[!#-~]{0,60}"){0,3}|)$"#,
        example = "\"1\""
    )]
    seen: String,
}

/// The header that saves sending what the client has.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "described here, read by `IfNoneMatch`")]
pub(crate) struct IfNoneMatchHeader {
    /// The `ETag` of what the client has.
    #[param(
        rename = "If-None-Match",
        value_type = String,
        required = false,
        pattern = r#"^(\*|(W/)?"[!#-~]{0,60}"(, (W/)?"[!#-~]{0,60}"){0,3}|)$"#
    )]
    seen: Option<String>,
}
