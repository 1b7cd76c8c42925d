//! What all requests share: log, faults, token, account; then the way to the lists.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::faults::{Fault, Faults};
use super::reads;
use super::webhooks::Webhooks;
use super::world::World;
use crate::SimClock;
use crate::faults::Strike;
use crate::requests::Requests;

/// The simulator's shared parts.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) world: RwLock<World>,
    pub(crate) clock: Arc<SimClock>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) requests: Requests,
    pub(crate) webhooks: Webhooks,
    /// Sees all inboxes.
    pub(crate) admin_token: String,
    /// Sees the first inbox only, and is not told so.
    pub(crate) agent_token: String,
    pub(crate) page_rows: usize,
    pub(crate) latency: Duration,
}

impl App {
    /// Looks at the desk, which first lives up to the clock.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        let now = self.clock.now();
        {
            let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
            if world.now() >= now {
                return look(&world);
            }
        }
        self.write(|world| look(world))
    }

    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let now = self.clock.now();
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        world.advance(now);
        change(&mut world)
    }
}

/// A call, taken apart.
#[derive(Debug)]
pub(crate) struct Call {
    /// What follows the account.
    pub(crate) rest: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    /// The inboxes that the token sees.
    pub(crate) inboxes: &'static [i64],
    pub(crate) page_rows: usize,
    pub(crate) v2: bool,
}

impl Call {
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.query.get(name)?.parse().ok()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    pub(crate) fn admin(&self) -> bool {
        self.inboxes.len() > 1
    }
}

/// Why something is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    InvalidToken,
    NotAuthorized,
    NotFound,
    Unprocessable,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::InvalidToken => (401, "Invalid Access Token"),
            // Not 403.
            Self::NotAuthorized => (401, "You are not authorized to do this action"),
            Self::NotFound => (404, "Resource could not be found"),
            Self::Unprocessable => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
        (status, Json(json!({"error": text}))).into_response()
    }
}

/// Counts a request out even when its future is dropped half-way.
struct InFlight<'a>(&'a Requests, Option<u16>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.end(self.1);
    }
}

/// The way of every request below `/api`.
pub(crate) async fn api(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let shape = |part: &str| {
        if part.parse::<i64>().is_ok() {
            "{id}".to_owned()
        } else {
            part.to_owned()
        }
    };
    let route = path.split('/').map(shape).collect::<Vec<_>>().join("/");
    app.requests.begin(&format!("{} {route}", request.method()));
    let mut in_flight = InFlight(&app.requests, None);
    let answer = match wire(&app, &path).await {
        Some(struck) => struck,
        None => answer(&app, &path, &request),
    };
    in_flight.1 = Some(answer.status().as_u16());
    answer
}

fn answer(app: &App, path: &str, request: &Request) -> Response {
    let token = request
        .headers()
        .get("api_access_token")
        .and_then(|token| token.to_str().ok());
    let inboxes: &'static [i64] = match token {
        Some(token) if token == app.admin_token => &[3, 4],
        Some(token) if token == app.agent_token => &[3],
        Some(_) => return Refusal::InvalidToken.into_response(),
        None => {
            let text = json!({"errors": ["You need to sign in or sign up before continuing."]});
            return (StatusCode::UNAUTHORIZED, Json(text)).into_response();
        }
    };
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let [
        "api",
        version @ ("v1" | "v2"),
        "accounts",
        account,
        rest @ ..,
    ] = parts.as_slice()
    else {
        return Refusal::NotFound.into_response();
    };
    if *account != app.read(|world| world.config.account_id).to_string() {
        return Refusal::NotAuthorized.into_response();
    }
    if request.method() != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let pairs = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let call = Call {
        rest: rest.iter().map(|part| (*part).to_owned()).collect(),
        query: pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        inboxes,
        page_rows: app.page_rows,
        v2: *version == "v2",
    };
    match app.read(|world| reads::answer(world, &call)) {
        Ok(body) => whole(app, path, body),
        Err(refusal) => refusal.into_response(),
    }
}

/// The body, if nothing happens to it.
fn whole(app: &App, path: &str, mut body: Value) -> Response {
    if app.faults.strikes(Fault::ShiftedPage, path).is_some() {
        let rows = if body["data"].is_object() {
            &mut body["data"]["payload"]
        } else {
            &mut body["payload"]
        };
        if let Some(rows) = rows.as_array_mut() {
            rows.pop();
        }
    }
    let bytes = Bytes::from(body.to_string());
    let cut = app.faults.strikes(Fault::TruncatedJson, path).is_some();
    let bytes = if cut {
        bytes.slice(..bytes.len() / 2)
    } else {
        bytes
    };
    (
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        bytes,
    )
        .into_response()
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
            (
                StatusCode::TOO_MANY_REQUESTS,
                [(header::RETRY_AFTER, wait)],
                "Retry later",
            )
                .into_response(),
        );
    }
    if let Some(strike) = app.faults.strikes(Fault::ServerError, path) {
        const IN_TURN: [u64; 4] = [500, 502, 503, 504];
        let turn = usize::try_from(strike.number).unwrap_or(0) % IN_TURN.len();
        let code = number(&strike, IN_TURN[turn]);
        let status = u16::try_from(code)
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok());
        let html = format!("<html><body><h1>{code} Server Error</h1></body></html>");
        let head = [(header::CONTENT_TYPE, "text/html")];
        return Some((status.unwrap_or(StatusCode::BAD_GATEWAY), head, html).into_response());
    }
    let refusals = [
        (Fault::InvalidToken, Refusal::InvalidToken),
        (Fault::NotAuthorized, Refusal::NotAuthorized),
        (Fault::NotFound, Refusal::NotFound),
    ];
    for (fault, refusal) in refusals {
        if app.faults.strikes(fault, path).is_some() {
            return Some(refusal.into_response());
        }
    }
    if app.faults.strikes(Fault::Html200, path).is_some() {
        let html = "<!doctype html><title>Please wait</title><p>Checking your browser";
        return Some(([(header::CONTENT_TYPE, "text/html")], html).into_response());
    }
    let empty = app.faults.strikes(Fault::Empty200, path).is_some();
    empty.then(|| StatusCode::OK.into_response())
}
