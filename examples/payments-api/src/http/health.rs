//! What a load balancer asks.

use super::{ApiError, App, EveryRequest};
use crate::database::is_ready;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(alive))
        .routes(routes!(ready))
}

/// How it is.
#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// Whether the process is alive. To be restarted when it isn't.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses(EveryRequest, (status = 200, description = "It is.", body = Health)))]
async fn alive() -> Json<Health> {
    Json(Health { status: "alive" })
}

/// Whether requests can be served: the database answers. To be left alone for a while when they can't.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses(EveryRequest, (status = 200, description = "They can.", body = Health)))]
async fn ready(State(app): State<App>) -> Result<Json<Health>, ApiError> {
    is_ready(&app.pool).await?;
    Ok(Json(Health { status: "ready" }))
}
