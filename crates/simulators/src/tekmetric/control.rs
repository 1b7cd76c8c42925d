//! The control plane below `/_sim`, for hands and tests; reachable from this machine only.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::mutation::Mutation;
use crate::Setting;
use crate::{Error, Stamp};

type Shared = State<Arc<App>>;

/// The routes below `/_sim`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/_sim/ledger", get(ledger))
        .route("/_sim/clock", get(clock).post(move_clock))
        .route(
            "/_sim/faults",
            get(faults).post(set_fault).delete(clear_faults),
        )
        .route("/_sim/requests", get(requests).delete(reset_requests))
        .route("/_sim/mutate", post(mutate))
        .route("/_sim/cost-rates", get(cost_rates))
        .route("/_sim/leaks", get(leaks))
        .route("/_sim/revoke", post(revoke))
}

async fn ledger(State(app): Shared) -> Response {
    super::pages::json(&app.world.ledger())
}

async fn clock(State(app): Shared) -> Json<Value> {
    Json(json!({"now": app.clock.now()}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOrder {
    advance_seconds: Option<i64>,
    to: Option<String>,
    /// Simulated seconds per real one; 0 stops the clock.
    speed: Option<u32>,
}

async fn move_clock(State(app): Shared, Json(order): Json<ClockOrder>) -> Response {
    if let Some(text) = &order.to {
        match Stamp::parse_zoned(text) {
            Ok(to) => app.clock.set(to),
            Err(error) => {
                return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response();
            }
        }
    }
    app.clock.advance(order.advance_seconds.unwrap_or(0));
    if let Some(speed) = order.speed {
        app.clock.run(speed);
    }
    clock(State(app)).await.into_response()
}

async fn faults(State(app): Shared) -> Response {
    let rows: Vec<Value> = app
        .faults
        .active()
        .into_iter()
        .map(|(fault, setting)| json!({"fault": fault, "setting": setting, "hits": app.faults.hits(fault)}))
        .collect();
    super::pages::json(&rows)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultOrder {
    fault: String,
    rate: String,
    variant: Option<String>,
    path: Option<String>,
}

async fn set_fault(State(app): Shared, Json(order): Json<FaultOrder>) -> Result<StatusCode, Error> {
    let setting = Setting {
        rate: order.rate.parse()?,
        variant: order.variant,
        path: order.path,
    };
    app.faults.set_with(order.fault.parse()?, setting);
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_faults(State(app): Shared) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(app): Shared) -> Response {
    super::pages::json(&app.requests.log())
}

async fn reset_requests(State(app): Shared) -> StatusCode {
    app.requests.reset();
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct MutationOrder {
    order_id: i64,
    change: Mutation,
}

async fn mutate(State(app): Shared, Json(order): Json<MutationOrder>) -> Result<StatusCode, Error> {
    app.world.mutate(order.order_id, order.change)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn cost_rates(State(app): Shared) -> Response {
    super::pages::json(&app.world.read(super::world::World::cost_rates))
}

async fn leaks(State(app): Shared) -> Response {
    super::pages::json(&app.world.read(super::world::World::planted_leaks))
}

#[derive(Debug, Deserialize)]
struct RevokeOrder {
    revoked: bool,
}

async fn revoke(State(app): Shared, Json(order): Json<RevokeOrder>) -> StatusCode {
    app.auth.revoke(order.revoked);
    StatusCode::NO_CONTENT
}
