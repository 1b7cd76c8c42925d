//! HTTP: health, readiness, the first page, the API description. It reads; it never calls a vendor.
//!
//! [`router`] is everything that `pitwall serve` and `pitwall demo` answer; [`metrics_router`] stands on a port of its
//! own. Every error, the framework's own too, is `application/problem+json` without database text.

mod edge;
mod error;
pub mod figures;
mod health;
mod openapi;
mod page;

pub use error::Problem;

use axum::Router;
use axum::routing::get;
use domain::Clock;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use store::Database;

/// What the routes answer from.
#[derive(Clone)]
pub struct App {
    /// The warehouse.
    pub database: Database,
    /// Whose "today" the figures are of.
    pub clock: Clock,
    /// Claims (JSON) that the first page reads figures under; only the demo has any. Without them the page
    /// shows no figure.
    pub demo_claims: Option<String>,
}

/// Pages and API.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .route("/", get(page::index))
        .route("/style.css", get(page::style))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/openapi.json", get(openapi::description))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(Arc::new(app));
    edge::wrap(routes)
}

/// The metrics, in Prometheus' text format, at `/metrics`.
pub fn metrics_router(handle: PrometheusHandle) -> Router {
    let routes = Router::new()
        .route("/metrics", get(move || async move { handle.render() }))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed);
    edge::wrap(routes)
}
