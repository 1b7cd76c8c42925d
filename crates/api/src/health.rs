//! Whether the process lives, and whether it can do its work.

use crate::App;
use crate::error::Problem;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;
use store::migrate;

/// The process answers; nothing else is asked.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The database answers and has this program's schema.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let pending = migrate::plan(&app.database).await.map_err(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
        Problem::unavailable("the database cannot be reached at the moment")
    })?;
    if pending.applied.is_empty() && !pending.models_applied {
        Ok(Json(json!({ "status": "ready" })))
    } else {
        Err(Problem::unavailable(
            "the database does not have this program's schema: run pitwall migrate",
        ))
    }
}
