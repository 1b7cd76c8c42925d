//! What all requests share, and the gate that each passes: log, faults, limit, token.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};

use super::config::DAY;
use super::fault_body;
use super::faults::{Fault, Faults};
use super::handle::WorldHandle;
use super::limiter::Limiter;
use super::oauth::{self, Auth};
use super::params::{Answer, Refusal, Window};
use super::webhooks::Webhooks;
use crate::faults::Strike;
use crate::requests::Requests;

/// The simulator's shared parts.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) world: WorldHandle,
    pub(crate) clock: Arc<crate::SimClock>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) requests: Requests,
    pub(crate) limiter: Limiter,
    pub(crate) auth: Auth,
    /// What a signed-in page of the vendor sends.
    pub(crate) session_token: String,
    pub(crate) webhooks: Webhooks,
    pub(crate) lists: ListCache,
    pub(crate) last_rows: fault_body::LastRows,
    /// Added to every answer.
    pub(crate) latency: Duration,
}

impl App {
    /// The fault of A.6.5: some shops refuse windows that reach too far back.
    pub(crate) fn check_history_window(&self, path: &str, updated: Window) -> Answer<()> {
        let Some(start) = updated.start else {
            return Ok(());
        };
        let Some(strike) = self.faults.strikes(Fault::HistoryWindow400, path) else {
            return Ok(());
        };
        let days = strike.number_in_variant().unwrap_or(180);
        let oldest = self
            .clock
            .now()
            .plus(-DAY * i64::try_from(days).unwrap_or(0));
        if start >= oldest {
            return Ok(());
        }
        Err(Refusal::BadRequest(format!(
            "updatedDateStart exceeds the history window of {days} days"
        )))
    }
}

/// Remembers which orders the latest lists held while the world stays as it is, so that a walk over
/// thousands of pages does not filter everything for each.
#[derive(Debug, Default)]
pub(crate) struct ListCache(Mutex<VecDeque<CachedList>>);

#[derive(Debug)]
struct CachedList {
    key: String,
    version: u64,
    indices: Arc<Vec<usize>>,
}

const CACHED_LISTS: usize = 12;

impl ListCache {
    pub(crate) fn get(
        &self,
        key: &str,
        version: u64,
        make: impl FnOnce() -> Vec<usize>,
    ) -> Arc<Vec<usize>> {
        {
            let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            lists.retain(|list| list.version == version);
            if let Some(list) = lists.iter().find(|list| list.key == key) {
                return Arc::clone(&list.indices);
            }
        }
        let indices = Arc::new(make());
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= CACHED_LISTS {
            lists.pop_front();
        }
        lists.push_back(CachedList {
            key: key.to_owned(),
            version,
            indices: Arc::clone(&indices),
        });
        indices
    }
}

/// Counts a request out even when its future is dropped half-way.
struct InFlight<'a>(&'a Requests, Option<u16>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.end(self.1);
    }
}

const TOKEN_ROUTE: &str = "/api/v1/oauth/token";

/// The way of every API request.
pub(crate) async fn gate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    app.requests.begin(&format!("{} {route}", request.method()));
    let mut in_flight = InFlight(&app.requests, None);
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let response = match before(&app, &headers, &route, &path).await {
        Some(refused) => refused,
        None => {
            let is_get = request.method() == Method::GET;
            // One list of one shop: a row that comes again must not come again in another shop.
            let list = shop_of(&request)
                .map_or_else(|| path.clone(), |shop| format!("{path}?shop={shop}"));
            let answer = next.run(request).await;
            if is_get {
                after(&app, &route, (&path, &list), answer).await
            } else {
                answer
            }
        }
    };
    in_flight.1 = Some(response.status().as_u16());
    response
}

/// Everything that may keep a request from being answered.
async fn before(app: &App, headers: &HeaderMap, route: &str, path: &str) -> Option<Response> {
    wait(app, path).await;
    if let Some(strike) = app.faults.strikes(Fault::RateLimit, path) {
        return Some(rate_limited(&strike));
    }
    if !app.limiter.admit() {
        app.requests.limited();
        return Some(StatusCode::TOO_MANY_REQUESTS.into_response());
    }
    if let Some(strike) = app.faults.strikes(Fault::ServerError, path) {
        return Some(server_error(&strike));
    }
    if app.faults.strikes(Fault::Html200, path).is_some() {
        let html = "<!doctype html><title>Please wait</title><p>Checking your browser";
        return Some(([(header::CONTENT_TYPE, "text/html")], html).into_response());
    }
    if app.faults.strikes(Fault::Empty200, path).is_some() {
        return Some(StatusCode::OK.into_response());
    }
    if route == TOKEN_ROUTE {
        return app
            .faults
            .strikes(Fault::InvalidClient, path)
            .map(|_| oauth::invalid_client());
    }
    if app.faults.strikes(Fault::TokenExpiry, path).is_some() {
        app.auth.void_token();
    }
    if !app.auth.admits(headers) {
        return Some(StatusCode::UNAUTHORIZED.into_response());
    }
    let single = route.contains("{id}");
    let lost = single && app.faults.strikes(Fault::SingleRead404, path).is_some();
    lost.then(|| StatusCode::NOT_FOUND.into_response())
}

async fn wait(app: &App, path: &str) {
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
}

fn rate_limited(strike: &Strike) -> Response {
    let retry_after = match strike.variant.as_deref() {
        Some("0") => Some("0".to_owned()),
        Some("negative") => Some("-5".to_owned()),
        Some("garbage") => Some("soon, perhaps".to_owned()),
        Some(other) => match other.split_once(':') {
            Some(("seconds", seconds)) => Some(seconds.to_owned()),
            Some(("date", seconds)) => Some(http_date(seconds.parse().unwrap_or(0))),
            _ => None,
        },
        None => None,
    };
    match retry_after {
        Some(text) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, text)]).into_response()
        }
        None => StatusCode::TOO_MANY_REQUESTS.into_response(),
    }
}

/// The real time so many seconds ahead, as HTTP writes it.
#[expect(
    clippy::disallowed_methods,
    reason = "the reader compares Retry-After with its own real clock"
)]
fn http_date(seconds_ahead: i64) -> String {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = since_epoch.map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(0));
    let at = crate::Stamp(now).plus(seconds_ahead).timestamp();
    jiff::fmt::strtime::format("%a, %d %b %Y %H:%M:%S GMT", at).unwrap_or_default()
}

fn server_error(strike: &Strike) -> Response {
    const IN_TURN: [u16; 4] = [500, 502, 503, 504];
    let turn = usize::try_from(strike.number).unwrap_or(0) % IN_TURN.len();
    let code = strike
        .number_in_variant()
        .and_then(|code| u16::try_from(code).ok())
        .unwrap_or(IN_TURN[turn]);
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = format!("<html><body><h1>{code} Server Error</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html")], html).into_response()
}

/// The shop a list was asked for.
fn shop_of(request: &Request) -> Option<String> {
    let query = request.uri().query()?;
    let shop = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("shop="))?;
    Some(shop.to_owned())
}

/// Everything that may happen to an answer on its way.
async fn after(app: &App, route: &str, (path, list): (&str, &str), answer: Response) -> Response {
    if answer.status() != StatusCode::OK {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let bytes = fault_body::corrupt(&app.faults, &app.last_rows, (path, list), &bytes)
        .map_or(bytes, Bytes::from);
    if !route.contains("{id}")
        && let Some(strike) = app.faults.strikes(Fault::PageDrift, path)
    {
        app.world.write(|world| world.drift(strike.number));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    if app.faults.strikes(Fault::TruncatedJson, path).is_some() {
        let half = bytes.slice(..bytes.len() / 2);
        return Response::from_parts(parts, Body::from(half));
    }
    if app.faults.strikes(Fault::Reset, path).is_some() {
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
        parts
            .headers
            .insert(header::CONTENT_LENGTH, bytes.len().into());
        let chunks = first.chain(cut);
        return Response::from_parts(parts, Body::from_stream(chunks));
    }
    Response::from_parts(parts, Body::from(bytes))
}
