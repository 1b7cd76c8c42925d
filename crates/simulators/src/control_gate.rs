//! Who may use a simulator's own routes.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Request};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::Error;

/// Lets this machine through, and no web page: browsers name their origin. Others see a 404.
pub(crate) async fn only_loopback(request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let from_here = peer.is_some_and(|ip| ip.to_canonical().is_loopback());
    if !from_here || request.headers().contains_key(header::ORIGIN) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({"error": self.to_string()})),
        )
            .into_response()
    }
}
