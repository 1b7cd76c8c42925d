//! The write endpoints that change what a reader sees (reference/tekmetric.md A.7). Names differ from those of
//! reading: `keyTag` is written, `keytag` is read (B-51).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{delete, patch};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::app::App;
use super::mutation::Mutation;
use super::pages;
use super::params::{Answer, Refusal};

type Shared = State<Arc<App>>;

/// The routes; they stand behind the same gate as the reads.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/repair-orders/{id}", patch(order))
        .route("/api/v1/labor/{id}", patch(labor))
        .route("/api/v1/shops/{id}/scope", delete(leave))
}

/// The keys of a body that are set; a key that is not writable is refused.
fn fields(body: &Value, writable: &[&str]) -> Answer<Vec<(String, Value)>> {
    let object = body
        .as_object()
        .ok_or_else(|| Refusal::BadRequest("an object is expected".to_owned()))?;
    match object.keys().find(|key| !writable.contains(&key.as_str())) {
        Some(key) => Err(Refusal::BadRequest(format!("{key} cannot be written"))),
        None => Ok(object.clone().into_iter().collect()),
    }
}

fn change(app: &App, order: i64, mutation: Mutation) -> Answer<()> {
    let changed = app.world.mutate(order, mutation);
    changed.map_err(|error| Refusal::BadRequest(error.to_string()))
}

fn done(data: Value) -> Response {
    pages::json(&json!({"type": "SUCCESS", "message": "Updated", "data": data, "details": {}}))
}

/// `PATCH /repair-orders/{id}`: the key tag and the advisor; the other fields are taken and forgotten.
async fn order(
    State(app): Shared,
    Path(id): Path<i64>,
    Json(body): Json<Value>,
) -> Answer<Response> {
    let writable = [
        "keyTag",
        "serviceWriterId",
        "milesIn",
        "milesOut",
        "technicianId",
        "customerTimeOut",
    ];
    app.world
        .read(|world| world.slot_index(id))
        .ok_or(Refusal::NotFound)?;
    for (key, value) in fields(&body, &writable)? {
        match key.as_str() {
            "keyTag" => {
                let text = value.as_str().unwrap_or_default().to_owned();
                change(&app, id, Mutation::Keytag { text })?;
            }
            "serviceWriterId" => {
                let advisor_id = value.as_i64();
                change(&app, id, Mutation::SetAdvisor { advisor_id })?;
            }
            _ => {}
        }
    }
    Ok(done(json!({"id": id})))
}

/// `PATCH /labor/{id}`: the technician of a line.
async fn labor(
    State(app): Shared,
    Path(id): Path<i64>,
    Json(body): Json<Value>,
) -> Answer<Response> {
    let technician = fields(&body, &["technicianId"])?;
    let technician_id = technician.first().and_then(|(_, value)| value.as_i64());
    let order = app.world.read(|world| {
        (0..world.slots.len()).find_map(|index| {
            let order = world.order(index);
            let mut lines = order.jobs.iter().flat_map(|job| &job.labor);
            lines.any(|line| line.id == id).then_some(order.id)
        })
    });
    let mutation = Mutation::SetTechnician {
        line_id: Some(id),
        technician_id,
    };
    change(&app, order.ok_or(Refusal::NotFound)?, mutation)?;
    Ok(pages::json(
        &json!({"content": {"id": id, "technicianId": technician_id}}),
    ))
}

/// `DELETE /shops/{id}/scope`: the application leaves a shop; its data answers 403 from now on.
async fn leave(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    let exists = app.world.read(|world| world.shop(id).is_some());
    if !exists || !app.auth.sees(id) {
        return Err(Refusal::Forbidden);
    }
    app.auth.leave(id);
    Ok(done(json!(id)))
}
