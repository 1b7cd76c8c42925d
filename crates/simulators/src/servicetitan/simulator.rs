//! Starting and stopping a simulator inside a process.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::app::{self, App};
use super::config::WorldConfig;
use super::control;
use super::faults::Faults;
use super::feeds::FeedRules;
use super::handle::WorldHandle;
use super::ledger::Ledger;
use super::limiter::Limiter;
use super::oauth::Auth;
use super::reports::Reports;
use super::webhooks::{self, Sent, WebhookSettings, Webhooks};
use super::world::World;
use crate::control_gate::only_loopback;
use crate::requests::Requests;
use crate::{ClockMode, Error, RequestLog, Result, SimClock, Stamp};

/// Everything that a simulator is started with.
#[derive(Debug)]
pub struct SimulatorConfig {
    /// The worlds to serve, each with a tenant number of its own.
    pub tenants: Vec<World>,
    /// Where the clock stands at first; the worlds live up to it on the first look. `None`: where the latest ends.
    pub clock_starts: Option<Stamp>,
    /// How the clock moves.
    pub clock: ClockMode,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The application's id.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: String,
    /// What `ST-App-Key` must say.
    pub app_key: String,
    /// Life of a token, in simulated seconds.
    pub token_seconds: i64,
    /// The vendor's limit for each tenant (about 60); `None` lifts it.
    pub requests_per_second: Option<u32>,
    /// Rows on a page of an export feed.
    pub feed_page_rows: usize,
    /// Changes younger than so many simulated seconds are in a feed only for `includeRecentChanges=true`.
    pub feed_lag_seconds: i64,
    /// Added to every answer.
    pub latency: Duration,
    /// Decides faults that strike by chance, and the tokens.
    pub seed: u64,
}

impl SimulatorConfig {
    /// A world served on a free local port, with a fixed clock, without limit, lag and latency.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            tenants: vec![world],
            clock_starts: None,
            clock: ClockMode::Fixed,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            client_id: "cid.simulated".to_owned(),
            client_secret: "cs1.simulated".to_owned(),
            app_key: "ak1.simulated".to_owned(),
            token_seconds: 900,
            requests_per_second: None,
            feed_page_rows: 500,
            feed_lag_seconds: 0,
            latency: Duration::ZERO,
            seed: 1,
        }
    }

    /// The demo's world, its history ending at `start`.
    ///
    /// # Errors
    /// None but those of a broken time zone database.
    pub fn demo(seed: u64, start: Stamp) -> Result<Self> {
        Ok(Self {
            seed,
            ..Self::new(World::generate(WorldConfig::demo(seed, start))?)
        })
    }
}

/// Starts simulators.
#[derive(Debug)]
pub struct Simulator;

/// A simulator that serves. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    app: Arc<App>,
    stopping: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Binds the address and serves until [`Running::stop`].
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start(config: SimulatorConfig) -> Result<Running> {
        let ends = config.tenants.iter().map(World::now).max();
        let starts = config.clock_starts.or(ends).unwrap_or(Stamp(0));
        let clock = Arc::new(match config.clock {
            ClockMode::Fixed => SimClock::fixed(starts),
            ClockMode::Running { speed } => SimClock::running(starts, speed),
        });
        let handles = config.tenants.into_iter().map(|world| {
            let tenant = world.tenant_id();
            (tenant, WorldHandle::new(world, Arc::clone(&clock)))
        });
        let credentials = (config.client_id, config.client_secret);
        let app = Arc::new(App {
            tenants: handles.collect(),
            clock,
            faults: Arc::new(Faults::new(config.seed)),
            requests: Requests::default(),
            limiter: Limiter::new(config.requests_per_second),
            auth: Auth::new(
                credentials,
                config.app_key,
                config.token_seconds,
                config.seed,
            ),
            feeds: FeedRules {
                page_rows: config.feed_page_rows.max(1),
                lag_seconds: config.feed_lag_seconds,
                tokens_void_below: 0,
            },
            reports: Reports::default(),
            webhooks: Webhooks::default(),
            latency: config.latency,
        });
        let refused = |source| Error::Listen {
            addr: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let stopping = CancellationToken::new();
        let serving = serve(listener, router(&app), stopping.clone());
        Ok(Running {
            addr,
            app,
            stopping,
            serving: Some(serving),
        })
    }
}

fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/connect/token", post(app::token))
        .merge(control::routes().route_layer(from_fn(only_loopback)))
        .fallback(app::api)
        .with_state(Arc::clone(app))
}

/// The task is owned by [`Running`], which ends it in `stop` or `drop`.
fn serve(listener: TcpListener, router: Router, stopping: CancellationToken) -> JoinHandle<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        let serving =
            axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::warn!(%error, "simulator stopped serving");
        }
    })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What a connection's `base_url` is to be, for example `http://127.0.0.1:4711`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What a connection's `auth_url` is to be: the same host; the token is asked for at `/connect/token` below it.
    #[must_use]
    pub fn auth_url(&self) -> String {
        self.base_url()
    }

    /// The application's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.app.auth.client_id
    }

    /// The application's secret.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.app.auth.client_secret
    }

    /// The application's key.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app.auth.app_key
    }

    /// The tenants that are served.
    #[must_use]
    pub fn tenant_ids(&self) -> Vec<i64> {
        self.app.tenants.keys().copied().collect()
    }

    /// The world of a tenant, living up to the clock at every look; the first one's when `None`.
    #[must_use]
    pub fn world(&self, tenant_id: Option<i64>) -> Option<WorldHandle> {
        match tenant_id {
            Some(id) => self.app.tenants.get(&id).cloned(),
            None => self.app.tenants.values().next().cloned(),
        }
    }

    /// The books of a tenant now; the first one's when `None`.
    #[must_use]
    pub fn ledger(&self, tenant_id: Option<i64>) -> Option<Ledger> {
        self.world(tenant_id).map(|world| world.ledger())
    }

    /// Tells a receiver what happened in a tenant since the last call; the first call only begins to watch.
    pub async fn send_webhooks(&self, tenant_id: i64, settings: &WebhookSettings) -> Sent {
        let Some(world) = self.app.tenants.get(&tenant_id) else {
            return Sent::default();
        };
        let (bodies, mut sent) = world.read(|world| self.app.webhooks.due(world, settings));
        for body in &bodies {
            if webhooks::post(settings, body).await {
                sent.delivered += 1;
            } else {
                sent.failed += 1;
            }
        }
        sent
    }

    /// The faults, to switch on and off.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.app.faults
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &SimClock {
        &self.app.clock
    }

    /// What was asked for since the start or the last reset.
    #[must_use]
    pub fn requests(&self) -> RequestLog {
        self.app.requests.log()
    }

    /// Forgets what was asked for.
    pub fn reset_requests(&self) {
        self.app.requests.reset();
    }

    /// Takes the tenant's consent back (every token void, no new one), or gives it again.
    pub fn revoke(&self, revoked: bool) {
        self.app.auth.revoke(revoked);
    }

    /// Stops serving. Open requests have a second to end.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        let Some(mut serving) = self.serving.take() else {
            return;
        };
        if tokio::time::timeout(Duration::from_secs(1), &mut serving)
            .await
            .is_err()
        {
            serving.abort();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopping.cancel();
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}
