//! `/payments` over HTTP.

use super::pay::pay;
use super::payment::{NewPayment, Payment, PaymentId};
use crate::database::tables::payments;
use crate::http::{
    ApiError, App, EveryRequest, JsonBody, KeyHeader, Keyed, PathValue, ProblemDocument, WithBody,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use idem_diesel::{IdempotencyKey, Outcome};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(make_payment))
        .routes(routes!(get_payment))
}

/// Moves money from one account to another.
#[utoipa::path(post, path = "/payments", tag = "payments",
    params(KeyHeader),
    request_body = NewPayment,
    responses(EveryRequest, WithBody, Keyed,
        (status = 201, description = "It is paid.", body = Payment,
            headers(
                ("Location" = String, description = "The payment."),
                ("Idempotent-Replayed" = String, description = "`true` if it was paid before."),
            ),
            links(("getPayment" = (operation_id = "get_payment",
                parameters(("id" = "$response.body#/id")))))),
        (status = 402, description = "There isn't enough money. Each copy of this request gets this answer.",
            body = ProblemDocument, content_type = "application/problem+json")))]
async fn make_payment(
    State(app): State<App>,
    key: IdempotencyKey,
    JsonBody(new): JsonBody<NewPayment>,
) -> Result<Outcome<impl IntoResponse>, ApiError> {
    new.check()?;
    let mut conn = app.pool.get().await?;
    let payment = pay(&mut conn, &key, &new).await?;
    Ok(payment.map(|payment| {
        let location = format!("/payments/{}", payment.id);
        (StatusCode::CREATED, [(LOCATION, location)], Json(payment))
    }))
}

/// A payment that was made.
#[utoipa::path(get, path = "/payments/{id}", tag = "payments",
    params(("id" = inline(PaymentId), Path)),
    responses(EveryRequest,
        (status = 200, description = "The payment.", body = Payment),
        (status = 400, description = "The number is malformed.",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such payment.",
            body = ProblemDocument, content_type = "application/problem+json")))]
async fn get_payment(
    State(app): State<App>,
    PathValue(id): PathValue<PaymentId>,
) -> Result<Json<Payment>, ApiError> {
    let mut conn = app.pool.get().await?;
    let payment: Option<Payment> = payments::table
        .find(id.get())
        .select(Payment::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    payment
        .map(Json)
        .ok_or_else(|| ApiError::not_found("payment"))
}
