//! The webhook door: a delivery is stored first, once, and answered; what it is about is read again from the vendor, later
//! and elsewhere. Nothing in it is believed but the key in its path.

use crate::App;
use crate::auth::gate::sha256;
use crate::error::{Kind, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Shorter keys could be guessed, and nobody has longer ones.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=200;
/// What is not kept: links that open a customer's papers, and what a payment says of a person.
const REDACTED: [&str; 5] = [
    "estimateUrl",
    "inspectionUrl",
    "invoiceUrl",
    "payerName",
    "ccLast4",
];
/// Deeper bodies are no deliveries.
const DEPTH_LIMIT: usize = 64;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(receive))
        .routes(routes!(receive_field))
}

/// That it is stored.
#[derive(Serialize, ToSchema)]
struct Stored {
    /// Always true.
    received: bool,
    /// It had come before.
    duplicate: bool,
}

/// A delivery of Tekmetric
#[utoipa::path(
    post, path = "/hooks/tekmetric/{key}", operation_id = "receiveTekmetric", tag = "service",
    params(("key" = String, Path, description = "The shop's own secret")),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 200, description = "It is stored", body = Stored))
)]
async fn receive(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Stored>, Problem> {
    let mut delivery = object(&key, &body)?;
    redact(&mut delivery, 0);
    // Keys in order: the same delivery has the same fingerprint however it was written.
    let canonical = delivery.to_string();
    store(
        &app,
        ("tekmetric", &key),
        &headers,
        (&canonical, &canonical),
    )
    .await
}

/// A delivery of ServiceTitan
///
/// A CloudEvents envelope. `id` names a delivery, `userassignedid` the occurrence: one occurrence is stored once. Of its
/// data only numbers are kept: they say what to read again.
#[utoipa::path(
    post, path = "/hooks/servicetitan/{key}", operation_id = "receiveServiceTitan", tag = "service",
    params(("key" = String, Path, description = "The shop's own secret")),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 200, description = "It is stored", body = Stored))
)]
async fn receive_field(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Stored>, Problem> {
    let delivery = object(&key, &body)?;
    let data = &delivery["data"];
    let kept = json!({
        "type": delivery["type"],
        "time": delivery["time"],
        "userassignedid": delivery["userassignedid"],
        "data": {
            "tenantId": data["tenantId"],
            "job": { "id": data["job"]["id"] },
            "appointment": { "id": data["appointment"]["id"], "jobId": data["appointment"]["jobId"] },
            "invoice": { "id": data["invoice"]["id"], "job": { "id": data["invoice"]["job"]["id"] } },
        },
    })
    .to_string();
    let occurrence = match delivery["userassignedid"].as_str() {
        Some(id) if !id.is_empty() => format!("occurrence {id}"),
        Some(_) | None => kept.clone(),
    };
    store(&app, ("servicetitan", &key), &headers, (&occurrence, &kept)).await
}

/// The delivery as an object, where its key is one that somebody can have.
fn object(key: &str, body: &Bytes) -> Result<Value, Problem> {
    // A key that nobody can have is not worth a question, and answers like one that nobody has.
    if !KEY_LENGTHS.contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Problem::not_found());
    }
    match serde_json::from_slice(body) {
        Ok(delivery @ Value::Object(_)) => Ok(delivery),
        Ok(_) | Err(_) => {
            Err(Problem::new(Kind::MalformedRequest).detail("the body is no JSON object"))
        }
    }
}

/// Stores a delivery once: what names it and what is kept of it.
async fn store(
    app: &App,
    (vendor, key): (&'static str, &str),
    headers: &HeaderMap,
    (name, kept): (&str, &str),
) -> Result<Json<Stored>, Problem> {
    let body = kept.replace("\\u0000", "\\ufffd");
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let about = json!({ "content_type": text(CONTENT_TYPE), "user_agent": text(USER_AGENT) });
    let fingerprint = sha256(name.replace("\\u0000", "\\ufffd").as_bytes());
    let received = app
        .door
        .receive_webhook((vendor, key), &fingerprint, &about, &body)
        .await?
        .ok_or_else(Problem::not_found)?;
    metrics::counter!("pitwall_webhooks_total", "vendor" => vendor).increment(1);
    Ok(Json(Stored {
        received: true,
        duplicate: !received.is_new,
    }))
}

fn redact(value: &mut Value, depth: usize) {
    if depth > DEPTH_LIMIT {
        *value = Value::Null;
        return;
    }
    match value {
        Value::Object(map) => {
            for name in REDACTED {
                map.remove(name);
            }
            map.values_mut().for_each(|inner| redact(inner, depth + 1));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| redact(inner, depth + 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
