//! `Idempotency-Key`: a POST about a shop that comes again under the same key is not carried out again; it gets the answer
//! of the first time (draft-ietf-httpapi-idempotency-key-header).

use crate::App;
use crate::auth::Caller;
use crate::auth::gate::sha256;
use crate::edge::BODY_LIMIT_BYTES;
use crate::error::{Kind, Problem};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::ShopId;
use serde_json::{Value, json};
use std::sync::Arc;
use store::door::{Keyed, Standing};
use url::form_urlencoded;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longer keys are no keys.
const KEY_LIMIT: usize = 255;

/// Carries a request out once. Requests without the header, and without a shop, go straight on.
pub(crate) async fn carry_out(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    match keyed(request).await {
        Ok((None, request)) => next.run(request).await,
        Ok((Some(keyed), request)) => once(&app, &keyed, request, next).await,
        Err(problem) => problem.into_response(),
    }
}

async fn once(app: &App, keyed: &Keyed, request: Request, next: Next) -> Response {
    match app.door.take_key(keyed).await {
        Ok(Standing::First) => {}
        // The handler says "no such thing" in its own words.
        Ok(Standing::NoShop) => return next.run(request).await,
        Ok(Standing::Running) => {
            return Problem::new(Kind::StillRunning)
                .retry_after(1)
                .into_response();
        }
        Ok(Standing::Another) => return Problem::new(Kind::KeyReused).into_response(),
        Ok(Standing::Done(status, stored)) => return replay(status, &stored),
        Err(error) => return Problem::from(error).into_response(),
    }
    let response = next.run(request).await;
    let (response, kept) = keep(response).await;
    let answer = kept.as_ref().map(|kept| (response.status().as_u16(), kept));
    if let Err(error) = app.door.settle_key(keyed, answer).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "an answer was not kept for its idempotency key"
        );
    }
    response
}

/// The key with what it stands for; the body is read for its fingerprint and put back.
async fn keyed(request: Request) -> Result<(Option<Keyed>, Request), Problem> {
    let mut given = request.headers().get_all(&HEADER).iter();
    let key = match (given.next(), given.next()) {
        (None, _) => return Ok((None, request)),
        (Some(_), Some(_)) => return Err(malformed()),
        (Some(key), None) => key.to_str().map_err(|_| malformed())?.to_owned(),
    };
    let caller = request.extensions().get::<Caller>();
    let (Some(user), Some(shop)) = (caller.map(|c| c.user), shop_of(request.uri())) else {
        return Ok((None, request));
    };
    if request.method() != Method::POST {
        return Ok((None, request));
    }
    let is_key = !key.is_empty()
        && key.len() <= KEY_LIMIT
        && key.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if !is_key {
        return Err(malformed());
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT_BYTES)
        .await
        .map_err(|_| Problem::new(Kind::TooLarge))?;
    let mut hashed = parts.uri.to_string().into_bytes();
    hashed.push(0);
    hashed.extend_from_slice(&bytes);
    let keyed = Keyed {
        shop,
        user,
        key,
        route: format!("POST {}", parts.uri.path()),
        request_hash: sha256(&hashed),
    };
    Ok((Some(keyed), Request::from_parts(parts, Body::from(bytes))))
}

fn malformed() -> Problem {
    Problem::parameter(
        "Idempotency-Key",
        "is one header of 1 to 255 visible characters",
    )
}

/// The shop that a request is about, by its path or, on the older routes, by its query.
fn shop_of(uri: &Uri) -> Option<ShopId> {
    let by_path = uri
        .path()
        .strip_prefix("/api/v1/shops/")
        .and_then(|rest| rest.split('/').next()?.parse().ok());
    let by_query = || {
        form_urlencoded::parse(uri.query()?.as_bytes())
            .find(|(name, _)| name == "shop_id")
            .and_then(|(_, value)| value.parse().ok())
    };
    by_path.or_else(by_query).map(ShopId)
}

/// What of an answer is kept; nothing of a failure of ours, which may be tried again.
async fn keep(response: Response) -> (Response, Option<Value>) {
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT_BYTES).await else {
        return (Problem::new(Kind::Internal).into_response(), None);
    };
    let text = |name: HeaderName| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let kept = json!({
        "content_type": text(CONTENT_TYPE),
        "location": text(LOCATION),
        "body": String::from_utf8_lossy(&bytes),
    });
    (Response::from_parts(parts, Body::from(bytes)), Some(kept))
}

fn replay(status: u16, stored: &Value) -> Response {
    let text = |name: &str| stored.get(name).and_then(Value::as_str);
    let body = Bytes::from(text("body").unwrap_or_default().to_owned());
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, key) in [(CONTENT_TYPE, "content_type"), (LOCATION, "location")] {
        if let Some(value) = text(key).and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}
