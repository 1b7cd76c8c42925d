//! What all requests share, and the gate that each passes: log, faults, limit, token, application, tenant.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};

use super::fault_body;
use super::faults::{Fault, Faults};
use super::feeds::FeedRules;
use super::handle::WorldHandle;
use super::limiter::Limiter;
use super::oauth::{self, Auth};
use super::reports::Reports;
use super::webhooks::Webhooks;
use super::{reads, writes};
use crate::SimClock;
use crate::faults::Strike;
use crate::requests::Requests;

/// The simulator's shared parts.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) tenants: BTreeMap<i64, WorldHandle>,
    pub(crate) clock: Arc<SimClock>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) requests: Requests,
    pub(crate) limiter: Limiter,
    pub(crate) auth: Auth,
    pub(crate) feeds: FeedRules,
    pub(crate) reports: Reports,
    pub(crate) webhooks: Webhooks,
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

/// A call of the vendor's interface, taken apart.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) tenant: i64,
    /// Module and version, then what follows the tenant.
    pub(crate) module: String,
    pub(crate) version: String,
    pub(crate) rest: Vec<String>,
    /// Method and path with `{id}` in place of numbers, as the log counts it.
    pub(crate) route: String,
}

impl Call {
    fn of(request: &Request) -> Option<Self> {
        let path = request.uri().path().to_owned();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let [module, version, "tenant", tenant, rest @ ..] = parts.as_slice() else {
            return None;
        };
        let rest: Vec<String> = rest.iter().map(|part| (*part).to_owned()).collect();
        let shape = |part: &String| {
            if part.parse::<i64>().is_ok() {
                "{id}".to_owned()
            } else {
                part.clone()
            }
        };
        let shaped: Vec<String> = rest.iter().map(shape).collect();
        Some(Self {
            method: request.method().clone(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            tenant: tenant.parse().ok()?,
            module: (*module).to_owned(),
            version: (*version).to_owned(),
            route: format!(
                "{} /{module}/{version}/{}",
                request.method(),
                shaped.join("/")
            ),
            rest,
            path,
        })
    }
}

/// The token endpoint.
pub(crate) async fn token(State(app): State<Arc<App>>, form: String) -> Response {
    let path = "/connect/token";
    app.requests.begin("POST /connect/token");
    let mut in_flight = InFlight(&app.requests, None);
    let answer = match wire(&app, path).await {
        Some(struck) => struck,
        None if app.faults.strikes(Fault::InvalidClient, path).is_some() => {
            oauth::refused("invalid_client")
        }
        None => app.auth.grant(&form, app.clock.now()),
    };
    in_flight.1 = Some(answer.status().as_u16());
    answer
}

/// The way of every other request.
pub(crate) async fn api(State(app): State<Arc<App>>, request: Request) -> Response {
    let call = Call::of(&request);
    app.requests
        .begin(call.as_ref().map_or("unmatched", |call| &call.route));
    let mut in_flight = InFlight(&app.requests, None);
    let answer = match call {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(call) => answer(&app, call, request).await,
    };
    in_flight.1 = Some(answer.status().as_u16());
    answer
}

async fn answer(app: &Arc<App>, call: Call, request: Request) -> Response {
    let headers = request.headers().clone();
    let Ok(body) = to_bytes(request.into_body(), 8 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    if let Some(struck) = wire(app, &call.path).await {
        return struck;
    }
    if let Some(refused) = door(app, &headers, &call) {
        return refused;
    }
    let Some(world) = app.tenants.get(&call.tenant) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let report =
        call.module == "reporting" || call.rest.first().is_some_and(|part| part == "capacity");
    if call.method == Method::GET || report {
        let answer = reads::answer(app, world, &call, &body).into_response();
        return after(app, (world, &call), answer).await;
    }
    let path = &call.path;
    if app.faults.strikes(Fault::Conflict, path).is_some() {
        return super::params::Refusal::Conflict("The record's state forbids this".to_owned())
            .into_response();
    }
    let done = writes::answer(world, &call, &body);
    let creates = call.method == Method::POST && done.is_ok();
    if creates && app.faults.strikes(Fault::DoubledWrite, path).is_some() {
        // Whoever asked sees the first one only.
        let _second = writes::answer(world, &call, &body);
    }
    let done = done.into_response();
    if done.status().is_success() && app.faults.strikes(Fault::LostAnswer, path).is_some() {
        return broken(Bytes::from_static(b"{\"id\""));
    }
    done
}

/// Who may come in at all.
fn door(app: &App, headers: &HeaderMap, call: &Call) -> Option<Response> {
    if !app.limiter.admit(call.tenant) {
        app.requests.limited();
        let wait = [(header::RETRY_AFTER, "1")];
        return Some((StatusCode::TOO_MANY_REQUESTS, wait).into_response());
    }
    if app.faults.strikes(Fault::TokenExpiry, &call.path).is_some() {
        app.auth.void_tokens();
    }
    if !app.auth.admits(headers, app.clock.now()) {
        return Some(StatusCode::UNAUTHORIZED.into_response());
    }
    let scope = app
        .faults
        .strikes(Fault::MissingScope, &call.path)
        .is_some();
    if scope || !app.auth.knows_application(headers, &call.query) {
        return Some(StatusCode::FORBIDDEN.into_response());
    }
    let single = call.method == Method::GET
        && call
            .rest
            .last()
            .is_some_and(|part| part.parse::<i64>().is_ok());
    let lost = single
        && app
            .faults
            .strikes(Fault::SingleRead404, &call.path)
            .is_some();
    lost.then(|| StatusCode::NOT_FOUND.into_response())
}

/// Faults that ask nothing of the request but its path.
async fn wire(app: &App, path: &str) -> Option<Response> {
    if !app.latency.is_zero() {
        tokio::time::sleep(app.latency).await;
    }
    if let Some(strike) = app.faults.strikes(Fault::Slow, path) {
        tokio::time::sleep(Duration::from_millis(
            strike.number_in_variant().unwrap_or(300),
        ))
        .await;
    }
    if let Some(strike) = app.faults.strikes(Fault::Hang, path) {
        tokio::time::sleep(Duration::from_secs(
            strike.number_in_variant().unwrap_or(3_600),
        ))
        .await;
    }
    if let Some(strike) = app.faults.strikes(Fault::RateLimit, path) {
        return Some(rate_limited(&strike));
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

fn rate_limited(strike: &Strike) -> Response {
    match strike.variant.as_deref() {
        Some("absent") => StatusCode::TOO_MANY_REQUESTS.into_response(),
        variant => {
            let text = variant.unwrap_or("1").replace("garbage", "soon, perhaps");
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, text)]).into_response()
        }
    }
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

/// Everything that may happen to an answer on its way.
async fn after(app: &App, (world, call): (&WorldHandle, &Call), answer: Response) -> Response {
    if answer.status() != StatusCode::OK || app.faults.active().is_empty() {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let path = &call.path;
    let bytes = fault_body::corrupt(&app.faults, call, &bytes).map_or(bytes, Bytes::from);
    if let Some(strike) = app.faults.strikes(Fault::PageDrift, path) {
        world.write(|world| world.drift(strike.number));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    if app.faults.strikes(Fault::TruncatedJson, path).is_some() {
        let half = bytes.slice(..bytes.len() / 2);
        return Response::from_parts(parts, Body::from(half));
    }
    if app.faults.strikes(Fault::Reset, path).is_some() {
        return broken(bytes);
    }
    Response::from_parts(parts, Body::from(bytes))
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
