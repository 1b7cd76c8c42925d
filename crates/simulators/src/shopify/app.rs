//! What all requests share, and the gate that each passes: log, faults, version, token, bucket.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value, json};

use super::bulk::{self, Bulks};
use super::document::{self, Operation, error};
use super::execute::{Run, project};
use super::faults::{Fault, Faults};
use super::handle::WorldHandle;
use super::limiter::Limiter;
use super::node::Node;
use super::webhooks::Webhooks;
use super::world::World;
use super::{cost, fault_body};
use crate::SimClock;
use crate::faults::Strike;
use crate::requests::Requests;

/// The simulator's shared parts.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) world: WorldHandle,
    pub(crate) clock: Arc<SimClock>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) requests: Requests,
    pub(crate) limiter: Limiter,
    pub(crate) bulks: Bulks,
    pub(crate) webhooks: Webhooks,
    pub(crate) token: String,
    pub(crate) version: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) personal: bool,
    pub(crate) index_lag: i64,
    pub(crate) base_url: String,
    /// Added to every answer.
    pub(crate) latency: Duration,
}

/// Counts a request out even when its future is dropped half-way.
struct InFlight<'a>(&'a Requests, Option<u16>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.end(self.1);
    }
}

/// `POST /admin/api/{version}/graphql.json`.
pub(crate) async fn graphql(
    State(app): State<Arc<App>>,
    Path(version): Path<String>,
    request: Request,
) -> Response {
    app.requests.begin("POST graphql.json");
    let mut in_flight = InFlight(&app.requests, None);
    let path = request.uri().path().to_owned();
    let mut answer = match wire(&app, &path).await {
        Some(struck) => struck,
        None => admitted(&app, &version, request).await,
    };
    if let Ok(version) = app.version.parse() {
        answer
            .headers_mut()
            .insert("x-shopify-api-version", version);
    }
    in_flight.1 = Some(answer.status().as_u16());
    answer
}

/// The file of a bulk operation.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Path(number): Path<i64>,
    request: Request,
) -> Response {
    app.requests.begin("GET bulk file");
    let mut in_flight = InFlight(&app.requests, None);
    let path = request.uri().path().to_owned();
    let answer = match (wire(&app, &path).await, app.bulks.result(number)) {
        (Some(struck), _) => struck,
        (None, None) => StatusCode::NOT_FOUND.into_response(),
        (None, Some(bytes)) => {
            let whole =
                ([(header::CONTENT_TYPE, "application/jsonl")], bytes.clone()).into_response();
            if app.faults.strikes(Fault::Reset, &path).is_some() {
                broken(bytes)
            } else {
                whole
            }
        }
    };
    in_flight.1 = Some(answer.status().as_u16());
    answer
}

async fn admitted(app: &Arc<App>, version: &str, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if version != app.version {
        return (
            StatusCode::NOT_FOUND,
            axum::Json(json!({"errors": "Not Found"})),
        )
            .into_response();
    }
    if let Some(refused) = door(app, request.headers(), &path) {
        return refused;
    }
    let Ok(body) = to_bytes(request.into_body(), 8 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let given: Option<Value> = serde_json::from_slice(&body).ok();
    let query = given.as_ref().and_then(|given| given["query"].as_str());
    let Some((given, query)) = given.as_ref().zip(query) else {
        let text = json!({"errors": {"query": "Required parameter missing or invalid"}});
        return (StatusCode::BAD_REQUEST, axum::Json(text)).into_response();
    };
    let empty = Map::new();
    let variables = given["variables"].as_object().unwrap_or(&empty);
    let mut answer = match document::read(query, variables) {
        Err(error) => json!({"errors": [error]}),
        Ok(operation) => priced(app, &path, &operation),
    };
    fault_body::corrupt(&app.faults, &path, &mut answer);
    let bytes = Bytes::from(answer.to_string());
    if app.faults.strikes(Fault::Reset, &path).is_some() {
        return broken(bytes);
    }
    let whole = app.faults.strikes(Fault::TruncatedJson, &path).is_none();
    let bytes = if whole {
        bytes
    } else {
        bytes.slice(..bytes.len() / 2)
    };
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::HeaderName::from_static("x-request-id"), "simulated"),
        ],
        bytes,
    )
        .into_response()
}

/// Who may come in at all.
fn door(app: &App, headers: &HeaderMap, path: &str) -> Option<Response> {
    let refusal = |status: u16, text: &str| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        Some((status, axum::Json(json!({"errors": text}))).into_response())
    };
    let struck = |fault| app.faults.strikes(fault, path).is_some();
    let token = headers
        .get("x-shopify-access-token")
        .and_then(|token| token.to_str().ok());
    if struck(Fault::TokenExpiry) || token != Some(&app.token) {
        return refusal(
            401,
            "[API] Invalid API key or access token (unrecognized login or wrong password)",
        );
    }
    let refusals = [
        (Fault::Frozen, 402, "Unavailable Shop"),
        (
            Fault::Forbidden,
            403,
            "This action requires merchant approval",
        ),
        (Fault::Locked, 423, "Shop is locked"),
        (Fault::SecurityRejection, 430, "Security rejection"),
    ];
    refusals
        .into_iter()
        .find(|(fault, ..)| struck(*fault))
        .and_then(|(_, status, text)| refusal(status, text))
}

/// Pays for an operation, carries it out and gives back what it did not use.
fn priced(app: &App, path: &str, operation: &Operation) -> Value {
    let requested = cost::requested(operation);
    if requested > 1_000 {
        let text = format!(
            "Query cost is {requested}, which exceeds the single query max cost limit (1000)."
        );
        return json!({"errors": [error("MAX_COST_EXCEEDED", text)]});
    }
    let struck = app.faults.strikes(Fault::Throttled, path).is_some();
    let taken = app.limiter.take(requested, &app.clock);
    if struck || taken.is_err() {
        if taken.is_err() {
            app.requests.limited();
        }
        let back = if taken.is_ok() { requested } else { 0 };
        let status = taken.err().unwrap_or_else(|| app.limiter.settle(back));
        let mut error = error("THROTTLED", "Throttled");
        error["extensions"]["documentation"] = json!("https://shopify.dev/api/usage/rate-limits");
        let cost = json!({"requestedQueryCost": requested, "actualQueryCost": null, "throttleStatus": status});
        return json!({"errors": [error], "extensions": {"cost": cost}});
    }
    let (mut data, mut errors, warnings) =
        app.world.read(|world| carried_out(app, world, operation));
    let actual = cost::actual(operation, &data);
    if app.faults.strikes(Fault::PartialData, path).is_some() {
        let key = operation
            .subs
            .first()
            .map(|sub| sub.key.clone())
            .unwrap_or_default();
        data[&key] = Value::Null;
        let mut error = error(
            "INTERNAL_SERVER_ERROR",
            "Internal error. Looks like something went wrong on our end.",
        );
        error["path"] = json!([key]);
        errors.push(error);
    }
    let cost = json!({
        "requestedQueryCost": requested, "actualQueryCost": actual,
        "throttleStatus": app.limiter.settle(requested - actual),
    });
    let mut answer = json!({"data": data, "extensions": {"cost": cost}});
    if !errors.is_empty() {
        answer["errors"] = Value::Array(errors);
    }
    if !warnings.is_empty() {
        answer["extensions"]["search"] = Value::Array(warnings);
    }
    answer
}

fn run<'a>(app: &'a App, world: &'a World) -> Run<'a> {
    Run {
        world,
        faults: &app.faults,
        bulks: &app.bulks,
        scopes: &app.scopes,
        sees_all: app.scopes.contains("read_all_orders"),
        personal: app.personal,
        plan: app.limiter.plan().name(),
        index_lag: app.index_lag,
        whole: false,
        base_url: &app.base_url,
        errors: Vec::new(),
        warnings: Vec::new(),
        path: Vec::new(),
    }
}

type Done = (Value, Vec<Value>, Vec<Value>);

fn carried_out(app: &App, world: &World, operation: &Operation) -> Done {
    let mut run = run(app, world);
    if !operation.mutation {
        let data = run.object(Node::Root, &operation.subs);
        return (data, run.errors, run.warnings);
    }
    let mut data = Map::new();
    for sel in &operation.subs {
        let text = |name: &str| {
            sel.args
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let payload = match sel.name.as_str() {
            "bulkOperationRunQuery" => start_bulk(app, &mut run, text("query")),
            _ => app.bulks.cancel(text("id"), &app.base_url),
        };
        data.insert(sel.key.clone(), project(&payload, sel));
    }
    (Value::Object(data), run.errors, run.warnings)
}

fn start_bulk(app: &App, run: &mut Run<'_>, query: &str) -> Value {
    let mut running = app.bulks.running();
    // One at a time before 2026-01, five since.
    let slots = if app.version.as_str() < "2026-01" {
        1
    } else {
        5
    };
    if app.faults.strikes(Fault::BulkSlotsTaken, "bulk").is_some() {
        running = vec!["gid://shopify/BulkOperation/1".to_owned(); slots];
    }
    if running.len() >= slots {
        let text = format!("Already in progress: {}", running.join(", "));
        return bulk::refused(Value::Null, &text, "OPERATION_IN_PROGRESS");
    }
    let invalid = |text: &str| bulk::refused(json!(["query"]), text, "INVALID");
    if query.len() > 65_535 {
        return invalid("Query is too long");
    }
    match document::read(query, &Map::new()) {
        Err(error) => invalid(error["message"].as_str().unwrap_or("Invalid bulk query")),
        Ok(operation) => match bulk::objection(&operation) {
            Some(text) => invalid(&text),
            None => app.bulks.start(run, &operation, query),
        },
    }
}

/// Faults that ask nothing of the request but its path.
async fn wire(app: &App, path: &str) -> Option<Response> {
    if !app.latency.is_zero() {
        tokio::time::sleep(app.latency).await;
    }
    let number = |strike: &Strike, otherwise| strike.number_in_variant().unwrap_or(otherwise);
    if let Some(strike) = app.faults.strikes(Fault::Slow, path) {
        tokio::time::sleep(Duration::from_millis(number(&strike, 300))).await;
    }
    if let Some(strike) = app.faults.strikes(Fault::Hang, path) {
        tokio::time::sleep(Duration::from_secs(number(&strike, 3_600))).await;
    }
    if let Some(strike) = app.faults.strikes(Fault::RateLimit, path) {
        let wait = strike.variant.unwrap_or_else(|| "1".to_owned());
        return Some(
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait)]).into_response(),
        );
    }
    if let Some(strike) = app.faults.strikes(Fault::ServerError, path) {
        return Some(server_error(&strike));
    }
    if app.faults.strikes(Fault::Html200, path).is_some() {
        let html = "<!doctype html><title>Please wait</title><p>Checking your browser";
        return Some(([(header::CONTENT_TYPE, "text/html")], html).into_response());
    }
    let empty = app.faults.strikes(Fault::Empty200, path).is_some();
    empty.then(|| StatusCode::OK.into_response())
}

fn server_error(strike: &Strike) -> Response {
    const IN_TURN: [u16; 4] = [500, 502, 503, 504];
    let turn = usize::try_from(strike.number).unwrap_or(0) % IN_TURN.len();
    let named = strike
        .number_in_variant()
        .and_then(|code| u16::try_from(code).ok());
    let code = named.unwrap_or(IN_TURN[turn]);
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = format!("<html><body><h1>{code} Server Error</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html")], html).into_response()
}

/// Half of a body, then the connection goes.
fn broken(bytes: Bytes) -> Response {
    let half = bytes.slice(..bytes.len() / 2);
    let first = stream::once(async move { Ok::<Bytes, std::io::Error>(half) });
    // The head and the first half must be on the wire before the connection goes.
    let cut = stream::once(async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::new(
            std::io::ErrorKind::ConnectionReset,
            "simulated reset",
        ))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_LENGTH, bytes.len().to_string()),
    ];
    (headers, Body::from_stream(first.chain(cut))).into_response()
}
