//! Whether the process lives, and whether it can do its work.

use crate::App;
use crate::error::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use store::migrate;
use utoipa::ToSchema;

/// One word.
#[derive(Serialize, ToSchema)]
pub(crate) struct Status {
    /// `ok` or `ready`.
    status: &'static str,
}

/// The process answers; nothing else is asked
#[utoipa::path(
    get, path = "/healthz", operation_id = "processHealth", tag = "service",
    responses((status = 200, description = "It lives", body = Status))
)]
pub(crate) async fn alive() -> Json<Status> {
    Json(Status { status: "ok" })
}

/// The database answers and has this program's schema
#[utoipa::path(
    get, path = "/readyz", operation_id = "readiness", tag = "service",
    responses((status = 200, description = "It can work", body = Status))
)]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Status>, Problem> {
    let pending = migrate::plan(&app.database).await.map_err(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
        Problem::unavailable("the database cannot be reached at the moment")
    })?;
    if pending.applied.is_empty() && !pending.models_applied {
        Ok(Json(Status { status: "ready" }))
    } else {
        Err(Problem::unavailable(
            "the database does not have this program's schema: run pitwall migrate",
        ))
    }
}
