//! HTTP: sign-in, the API with its description, health, the screen. It reads and enqueues; it never calls a vendor.
//!
//! [`router`] is everything that `pitwall serve` and `pitwall demo` answer; [`metrics_router`] stands on a port of its
//! own. Every error, the framework's own too, is `application/problem+json` without database text.

mod answer;
mod ask;
pub mod auth;
mod edge;
mod error;
pub mod figures;
mod health;
mod hooks;
mod once;
mod openapi;
mod page;
mod paging;
#[expect(
    unused_qualifications,
    reason = "utoipa writes the paths of parameters out in full"
)]
mod routes;
mod sign_in;
mod web;

pub use error::{Kind, Problem};
pub use sign_in::{OidcClient, SignInLinks};

use auth::{Gate, Issuer, TokenRules};
use axum::Router;
use axum::routing::get;
use domain::Clock;
use metrics_exporter_prometheus::PrometheusHandle;
use paging::Seal;
use serde_json::Value;
use sign_in::Oidc;
use std::num::NonZeroU32;
use std::sync::Arc;
use store::Database;
use store::door::Door;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the program gives the API.
pub struct Setup {
    /// The warehouse as the program sees it: for readiness.
    pub database: Database,
    /// The warehouse as callers see it.
    pub door: Door,
    /// Whose "today" the figures are of.
    pub clock: Clock,
    /// Which access tokens are taken; none without a configured issuer.
    pub tokens: Option<TokenRules>,
    /// How the issuer is reached.
    pub issuer: Arc<dyn Issuer>,
    /// How much is taken from one user, and from one address.
    pub limits: Limits,
    /// Seals cursors; without one the process makes its own, and cursors end with it.
    pub cursor_secret: Option<Vec<u8>>,
    /// Our client at an OpenID Connect issuer, for people who sign in with a browser.
    pub oidc: Option<OidcClient>,
    /// Scheme and host that browsers use.
    pub public_url: String,
    /// Ends live feeds when the process is to end.
    pub stop: CancellationToken,
    /// One-time sign-in links; only the demo has any.
    pub links: Option<SignInLinks>,
}

/// How much is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests a minute of one user; none is no limit.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Failed credentials a minute from one address, after which it is looked up no more; none is no limit.
    pub failures_per_minute: Option<NonZeroU32>,
}

/// What the routes answer from.
pub struct App {
    pub(crate) database: Database,
    pub(crate) door: Door,
    pub(crate) clock: Clock,
    pub(crate) gate: Gate,
    pub(crate) seal: Seal,
    pub(crate) oidc: Option<Oidc>,
    pub(crate) is_https: bool,
    pub(crate) stop: CancellationToken,
    pub(crate) feeds: Arc<Semaphore>,
    pub(crate) exports: Arc<Semaphore>,
    pub(crate) links: Option<SignInLinks>,
}

impl App {
    /// Puts the parts together; nothing is asked of anyone yet.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let oidc = setup.oidc.map(|client| {
            let issuer = Arc::clone(&setup.issuer);
            Oidc::new(client, &setup.public_url, issuer, setup.clock.clone())
        });
        Self {
            oidc,
            stop: setup.stop,
            feeds: Arc::new(Semaphore::new(routes::FEEDS_LIMIT)),
            exports: Arc::new(Semaphore::new(routes::EXPORTS_LIMIT)),
            is_https: setup.public_url.starts_with("https://"),
            links: setup.links,
            gate: Gate::new(
                setup.door.clone(),
                setup.tokens,
                setup.issuer,
                setup.clock.clone(),
                setup.limits,
            ),
            seal: Seal::new(setup.cursor_secret.as_deref()),
            database: setup.database,
            door: setup.door,
            clock: setup.clock,
        }
    }
}

impl App {
    /// How callers see the warehouse; the program lets it listen for changes.
    #[must_use]
    pub const fn door(&self) -> &Door {
        &self.door
    }
}

/// The described routes.
fn described() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(openapi::Description::openapi())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .merge(hooks::routes())
        .merge(routes::api())
}

/// The API description, as `/openapi.json` answers it.
#[must_use]
pub fn description() -> Value {
    openapi::finished(&described().into_openapi())
}

/// Pages and API.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let (routes, document) = described().split_for_parts();
    let document = Arc::new(openapi::finished(&document));
    let routes = routes
        .merge(sign_in::routes())
        .merge(web::routes())
        .route("/plain", get(page::index))
        .route("/style.css", get(page::style))
        .route(
            "/openapi.json",
            get(move || async move { axum::Json((*document).clone()) }),
        )
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(Arc::clone(&app));
    edge::wrap(routes, &app)
}

/// The metrics, in Prometheus' text format, at `/metrics`.
pub fn metrics_router(handle: PrometheusHandle) -> Router {
    let routes = Router::new()
        .route("/metrics", get(move || async move { handle.render() }))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed);
    edge::shape(routes)
}
