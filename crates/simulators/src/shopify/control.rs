//! The simulator's own routes below `/_sim`, for hands and for tests of other processes. Only this machine may use them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::back::Mutation;
use super::world::World;
use crate::{Error, Setting, Stamp};

type Shared = State<Arc<App>>;

/// The routes below `/_sim`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/_sim/clock", get(clock).post(move_clock))
        .route(
            "/_sim/faults",
            get(faults).post(set_fault).delete(clear_faults),
        )
        .route("/_sim/requests", get(requests).delete(reset_requests))
        .route("/_sim/truths", get(truths))
        .route("/_sim/ledger", get(ledger))
        .route("/_sim/mutate", post(mutate))
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

async fn faults(State(app): Shared) -> Json<Value> {
    let active = app.faults.active().into_iter();
    let rows: Vec<Value> = active
        .map(|(fault, setting)| json!({"fault": fault, "setting": setting, "hits": app.faults.hits(fault)}))
        .collect();
    Json(json!(rows))
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

async fn requests(State(app): Shared) -> Json<Value> {
    Json(json!(app.requests.log()))
}

async fn reset_requests(State(app): Shared) -> StatusCode {
    app.requests.reset();
    StatusCode::NO_CONTENT
}

async fn ledger(State(app): Shared) -> Json<Value> {
    Json(json!(app.world.ledger()))
}

async fn mutate(State(app): Shared, Json(change): Json<Mutation>) -> Result<StatusCode, Error> {
    app.world.mutate(change)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn truths(State(app): Shared) -> Json<Value> {
    Json(json!(app.world.read(World::planted_truths)))
}
