//! What every request passes: an id, sign-in below `/api`, limits, security headers, and errors in one shape.

use crate::App;
use crate::auth;
use crate::auth::gate::Allowance;
use crate::error::{Kind, PROBLEM_JSON, Problem};
use crate::once;
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderName, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument as _;

/// No route takes a larger body.
pub(crate) const BODY_LIMIT_BYTES: usize = 1 << 20;
/// Below the 25 s that a graceful stop may take. Streams are not cut: it bounds the time to the answer's head.
const REQUEST_LIMIT: Duration = Duration::from_secs(15);
/// Longer ids would only fill logs.
const REQUEST_ID_LIMIT: usize = 64;

/// What is read of a refused body at most.
const DRAIN_LIMIT_BYTES: usize = 16 << 20;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// The trace that a caller's own request belongs to (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// What the user may still ask (draft-ietf-httpapi-ratelimit-headers): requests a minute, left of them, seconds to all.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATE_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer. Nothing is cached by default: a route that may be says so itself.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
             object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (VARY, HeaderValue::from_static("Authorization, Cookie")),
];

/// Puts the edge around the routes that people and programs use. Below `/api` nothing is looked at before the caller
/// is known: no route can forget to ask.
pub(crate) fn wrap(routes: Router, app: &Arc<App>) -> Router {
    let guarded = routes
        .layer(from_fn_with_state(Arc::clone(app), once::carry_out))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT_BYTES))
        .layer(from_fn(bounded))
        .layer(from_fn(plain_bodies))
        .layer(from_fn_with_state(Arc::clone(app), auth::authenticate));
    shape(guarded)
}

/// The edge without sign-in: for the metrics' own port.
pub(crate) fn shape(routes: Router) -> Router {
    routes
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_LIMIT,
        ))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(finish))
}

async fn finish(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    // The route's pattern, not the path: a path holds ids, and a metric must not grow with them.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    // Whatever is logged on the way says which request, and which trace of the caller's, it belongs to.
    let trace = trace_id(request.headers()).unwrap_or_default();
    let span = tracing::error_span!("request", request.id = id, trace.id = trace);
    let response = next.run(request).instrument(span.clone()).await;
    let allowance = response.extensions().get::<Allowance>().copied();
    let mut response = in_one_shape(response, &id);
    let headers = response.headers_mut();
    if let Some(allowance) = allowance {
        for (name, value) in [
            (RATE_LIMIT, u64::from(allowance.limit)),
            (RATE_REMAINING, u64::from(allowance.remaining)),
            (RATE_RESET, allowance.reset_seconds),
        ] {
            headers.insert(name, HeaderValue::from(value));
        }
    }
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    let took = begun.elapsed();
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    // A line for each of thousands of requests a second costs more than the requests; the metrics count them.
    if status >= 500 {
        tracing::warn!(parent: &span, %method, route, status, duration_ms, "answered");
    } else {
        tracing::debug!(parent: &span, %method, route, status, duration_ms, "answered");
    }
    let class = match status {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("pitwall_http_responses_total", "class" => class).increment(1);
    metrics::histogram!("pitwall_http_seconds", "route" => route).record(took.as_secs_f64());
    response
}

/// Takes a refused body off the wire, within bounds: a client that is still sending would see a broken connection
/// instead of the answer.
pub(crate) async fn drain(body: Body) {
    let mut left = DRAIN_LIMIT_BYTES;
    let mut frames = body.into_data_stream();
    let reading = async {
        while let Some(Ok(bytes)) = frames.next().await {
            left = left.saturating_sub(bytes.len());
            if left == 0 {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

/// A body that says it is too large is answered before it is read.
async fn bounded(request: Request, next: Next) -> Response {
    let announced = request.headers().get(CONTENT_LENGTH);
    let is_too_large = announced
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .is_some_and(|length| length > BODY_LIMIT_BYTES);
    if is_too_large {
        drain(request.into_body()).await;
        return Problem::new(Kind::TooLarge)
            .detail(format!("a body has at most {BODY_LIMIT_BYTES} bytes"))
            .into_response();
    }
    next.run(request).await
}

/// Compressed bodies are refused: nothing needs them, and a small one can unpack into gigabytes.
async fn plain_bodies(request: Request, next: Next) -> Response {
    let encoded = request
        .headers()
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|encoding| encoding != "identity");
    if encoded {
        return Problem::new(Kind::UnsupportedMediaType)
            .detail("a body with Content-Encoding is not taken")
            .into_response();
    }
    next.run(request).await
}

/// The trace's number in a `traceparent` that keeps the rules; anything else is as if it were not there.
fn trace_id(headers: &HeaderMap) -> Option<String> {
    let mut given = headers.get_all(TRACEPARENT).iter();
    let (value, None) = (given.next()?, given.next()) else {
        return None;
    };
    let mut parts = value.to_str().ok()?.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_number = |text: &str, length| is_hex(text, length) && text.bytes().any(|b| b != b'0');
    // Later versions may say more behind the flags; this one may not.
    let ends = version != "00" || parts.next().is_none();
    let keeps_the_rules = is_hex(version, 2)
        && version != "ff"
        && is_number(trace, 32)
        && is_number(parent, 16)
        && is_hex(flags, 2)
        && ends;
    keeps_the_rules.then(|| trace.to_owned())
}

/// The caller's id where it is a plain word, else one of ours.
fn request_id(headers: &HeaderMap) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    let given = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        !id.is_empty()
            && id.len() <= REQUEST_ID_LIMIT
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(plain).map_or_else(
        || {
            format!(
                "{:x}-{:x}",
                std::process::id(),
                COUNTER.fetch_add(1, Ordering::Relaxed)
            )
        },
        str::to_owned,
    )
}

/// Errors of the framework become problems like our own.
fn in_one_shape(response: Response, id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if let Some(ours) = response.extensions().get::<Problem>() {
        return ours.respond(Some(id));
    }
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|t| t == PROBLEM_JSON);
    if is_problem {
        return response;
    }
    Problem::of_response(&response).respond(Some(id))
}

#[cfg(test)]
mod tests {
    use super::trace_id;
    use axum::http::{HeaderMap, HeaderValue};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn only_a_trace_by_the_rules_is_taken() {
        let taken = |text: &str| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_str(text).expect("a header");
            headers.insert("traceparent", value);
            trace_id(&headers)
        };
        for good in [
            format!("00-{TRACE}-00f067aa0ba902b7-01"),
            format!("cc-{TRACE}-00f067aa0ba902b7-01-what-the-future-brings"),
        ] {
            assert_eq!(taken(&good).as_deref(), Some(TRACE), "{good}");
        }
        for wrong in [
            "",
            "00",
            &format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            &format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            &format!("00-{TRACE}-0000000000000000-01"),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            &format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            &format!("00-{TRACE}-00f067aa0ba902b7-1"),
            &format!("0-{TRACE}-00f067aa0ba902b7-01"),
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            assert_eq!(taken(wrong), None, "{wrong}");
        }
        let mut twice = HeaderMap::new();
        for _ in 0..2 {
            let value = format!("00-{TRACE}-00f067aa0ba902b7-01");
            twice.append("traceparent", value.parse().expect("a header"));
        }
        assert_eq!(trace_id(&twice), None);
    }
}
