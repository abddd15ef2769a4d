//! `/accounts` over HTTP.

use super::account::{Account, AccountId, Owner};
use super::open::{NewAccount, open};
use super::rename::rename;
use crate::database::tables::accounts;
use crate::http::{
    ApiError, App, EveryRequest, IfMatchHeader, IfNoneMatchHeader, JsonBody, KeyHeader, Keyed,
    PathValue, ProblemDocument, WithBody, WithIfMatch,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use idem_diesel::{IdempotencyKey, IfMatch, IfNoneMatch, Outcome, Versioned as _};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open_account))
        .routes(routes!(get_account, patch_account))
}

/// Opens an account.
#[utoipa::path(post, path = "/accounts", tag = "accounts",
    params(KeyHeader),
    request_body = NewAccount,
    responses(EveryRequest, WithBody, Keyed,
        (status = 201, description = "It is opened.", body = Account,
            headers(
                ("Location" = String, description = "The account."),
                ("ETag" = String, description = "Its version."),
                ("Idempotent-Replayed" = String, description = "`true` if it was opened before."),
            ),
            links(("getAccount" = (operation_id = "get_account",
                parameters(("id" = "$response.body#/id"))))))))]
async fn open_account(
    State(app): State<App>,
    key: IdempotencyKey,
    JsonBody(new): JsonBody<NewAccount>,
) -> Result<Outcome<impl IntoResponse>, ApiError> {
    let mut conn = app.pool.get().await?;
    let account = open(&mut conn, &key, &new).await?;
    Ok(account.map(|account| {
        let location = format!("/accounts/{}", account.id);
        let headers = (account.etag(), [(LOCATION, location)]);
        (StatusCode::CREATED, headers, Json(account))
    }))
}

/// An account as it is.
#[utoipa::path(get, path = "/accounts/{id}", tag = "accounts",
    params(("id" = inline(AccountId), Path), IfNoneMatchHeader),
    responses(EveryRequest,
        (status = 200, description = "The account.", body = Account,
            headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "It is as the client has it.",
            headers(("ETag" = String, description = "Its version."))),
        (status = 400, description = "The number or the header is malformed.",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such account.",
            body = ProblemDocument, content_type = "application/problem+json")))]
async fn get_account(
    State(app): State<App>,
    PathValue(id): PathValue<AccountId>,
    seen: Option<IfNoneMatch>,
) -> Result<Response, ApiError> {
    let mut conn = app.pool.get().await?;
    let account: Option<Account> = accounts::table
        .find(id.get())
        .select(Account::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    let account = account.ok_or_else(|| ApiError::not_found("account"))?;
    let etag = account.etag();
    if seen.is_some_and(|seen| seen.is_not_modified(&etag)) {
        return Ok((StatusCode::NOT_MODIFIED, etag, ()).into_response());
    }
    Ok((etag, Json(account)).into_response())
}

/// What an account shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"owner": "Ada Lovelace"}))]
struct AccountChange {
    owner: Owner,
}

/// Changes an account that is still as the client has seen it.
#[utoipa::path(patch, path = "/accounts/{id}", tag = "accounts",
    params(("id" = inline(AccountId), Path), IfMatchHeader),
    request_body = AccountChange,
    responses(EveryRequest, WithBody, WithIfMatch,
        (status = 200, description = "It is changed.", body = Account,
            headers(("ETag" = String, description = "Its new version.")))))]
async fn patch_account(
    State(app): State<App>,
    PathValue(id): PathValue<AccountId>,
    seen: IfMatch,
    JsonBody(change): JsonBody<AccountChange>,
) -> Result<impl IntoResponse, ApiError> {
    let mut conn = app.pool.get().await?;
    let account = rename(&mut conn, id, &seen, &change.owner).await?;
    Ok((account.etag(), Json(account)))
}
