//! `/stock` over HTTP.

use super::level::{Adjustment, Count, Level, Message, Sku};
use super::ways::{by_count, by_message, by_request};
use crate::database::tables::stock;
use crate::http::{
    ApiError, App, EveryRequest, IfMatchHeader, IfNoneMatchHeader, JsonBody, KeyHeader, Keyed,
    PathValue, ProblemDocument, WithBody, WithIfMatch,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use idem_diesel::{IdempotencyKey, IfMatch, IfNoneMatch, Outcome, Versioned as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_stock, count_stock))
        .routes(routes!(adjust_stock))
        .routes(routes!(deliver_message))
}

/// How much there is.
#[utoipa::path(get, path = "/stock/{sku}", tag = "stock",
    params(("sku" = inline(Sku), Path), IfNoneMatchHeader),
    responses(EveryRequest,
        (status = 200, description = "So much.", body = Level,
            headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "As much as the client has.",
            headers(("ETag" = String, description = "Its version."))),
        (status = 400, description = "The SKU or the header is malformed.",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There never was any.",
            body = ProblemDocument, content_type = "application/problem+json")))]
async fn get_stock(
    State(app): State<App>,
    PathValue(sku): PathValue<Sku>,
    seen: Option<IfNoneMatch>,
) -> Result<Response, ApiError> {
    let mut conn = app.pool.get().await?;
    let level: Option<Level> = stock::table
        .find(sku.as_str())
        .select(Level::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    let level = level.ok_or_else(|| ApiError::not_found("stock"))?;
    let etag = level.etag();
    if seen.is_some_and(|seen| seen.is_not_modified(&etag)) {
        return Ok((StatusCode::NOT_MODIFIED, etag, ()).into_response());
    }
    Ok((etag, Json(level)).into_response())
}

/// Adds or takes pieces. Retried safely by its key.
#[utoipa::path(post, path = "/stock/{sku}/adjustments", tag = "stock",
    params(("sku" = inline(Sku), Path), KeyHeader),
    request_body = Adjustment,
    responses(EveryRequest, WithBody, Keyed,
        (status = 200, description = "It is done.", body = Level,
            headers(
                ("ETag" = String, description = "The new version."),
                ("Idempotent-Replayed" = String, description = "`true` if it was done before."),
            ))))]
async fn adjust_stock(
    State(app): State<App>,
    PathValue(sku): PathValue<Sku>,
    key: IdempotencyKey,
    JsonBody(adjustment): JsonBody<Adjustment>,
) -> Result<Outcome<impl IntoResponse>, ApiError> {
    let mut conn = app.pool.get().await?;
    let level = by_request(&mut conn, &key, &sku, &adjustment).await?;
    Ok(level.map(|level| (level.etag(), Json(level))))
}

/// Takes a message from a queue that delivers at least once. Retried safely by its id.
#[utoipa::path(post, path = "/stock/messages", tag = "stock",
    request_body = Message,
    responses(EveryRequest, WithBody, Keyed,
        (status = 200, description = "It is done.", body = Level,
            headers(("Idempotent-Replayed" = String, description = "`true` if it was done before.")))))]
async fn deliver_message(
    State(app): State<App>,
    JsonBody(message): JsonBody<Message>,
) -> Result<Outcome<Json<Level>>, ApiError> {
    let mut conn = app.pool.get().await?;
    let level = by_message(&mut conn, &message.id, &message).await?;
    Ok(level.map(Json))
}

/// Says what was counted, if nothing has changed since. Retried safely by the version.
#[utoipa::path(put, path = "/stock/{sku}", tag = "stock",
    params(("sku" = inline(Sku), Path), IfMatchHeader),
    request_body = Count,
    responses(EveryRequest, WithBody, WithIfMatch,
        (status = 200, description = "It is as counted.", body = Level,
            headers(("ETag" = String, description = "The new version.")))))]
async fn count_stock(
    State(app): State<App>,
    PathValue(sku): PathValue<Sku>,
    seen: IfMatch,
    JsonBody(count): JsonBody<Count>,
) -> Result<impl IntoResponse, ApiError> {
    let mut conn = app.pool.get().await?;
    let level = by_count(&mut conn, &sku, &seen, count.pieces).await?;
    Ok((level.etag(), Json(level)))
}
