//! Starting and stopping a simulator inside a process.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::app::{self, App};
use super::bulk::Bulks;
use super::config::WorldConfig;
use super::control;
use super::faults::Faults;
use super::handle::WorldHandle;
use super::ledger::Ledger;
use super::limiter::{Limiter, Plan};
use super::rest;
use super::webhooks::{self, Sent, WebhookSettings, Webhooks};
use super::world::World;
use crate::control_gate::only_loopback;
use crate::requests::Requests;
use crate::{ClockMode, Error, RequestLog, Result, SimClock, Stamp};

/// The scopes that a token has by default: everything that is served.
const SCOPES: [&str; 8] = [
    "read_orders",
    "read_all_orders",
    "read_products",
    "read_inventory",
    "read_locations",
    "read_customers",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
];

/// Everything that a simulator is started with.
#[derive(Debug)]
pub struct SimulatorConfig {
    /// The store to serve.
    pub world: World,
    /// Where the clock stands at first. `None`: where the store's history ends.
    pub clock_starts: Option<Stamp>,
    /// How the clock moves.
    pub clock: ClockMode,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What `X-Shopify-Access-Token` must say.
    pub access_token: String,
    /// The only version of the interface that is served, such as `2026-01`.
    pub version: String,
    /// The token's scopes. Without `read_all_orders` only orders of the last 60 days are seen.
    pub scopes: Vec<String>,
    /// Names, addresses and telephone numbers may be read; otherwise they are null.
    pub personal_data: bool,
    /// The shop's plan: how large the bucket is.
    pub plan: Plan,
    /// Whether an empty bucket refuses.
    pub throttled: bool,
    /// Polls of a bulk operation that find it running.
    pub bulk_polls: u32,
    /// Changes younger than so many simulated seconds are not found by `query:`.
    pub index_lag_seconds: i64,
    /// Added to every answer.
    pub latency: Duration,
    /// Decides faults that strike by chance.
    pub seed: u64,
}

impl SimulatorConfig {
    /// A store served on a free local port, with a fixed clock, every scope, and without throttle, lag and latency.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            world,
            clock_starts: None,
            clock: ClockMode::Fixed,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            access_token: "shpat_simulated".to_owned(),
            version: "2026-01".to_owned(),
            scopes: SCOPES.map(str::to_owned).into(),
            personal_data: true,
            plan: Plan::Standard,
            throttled: false,
            bulk_polls: 1,
            index_lag_seconds: 0,
            latency: Duration::ZERO,
            seed: 1,
        }
    }

    /// The demo's store, its history ending at `start`.
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
        let refused = |source| Error::Listen {
            addr: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let starts = config.clock_starts.unwrap_or(config.world.now());
        let clock = Arc::new(match config.clock {
            ClockMode::Fixed => SimClock::fixed(starts),
            ClockMode::Running { speed } => SimClock::running(starts, speed),
        });
        let app = Arc::new(App {
            world: WorldHandle::new(config.world, Arc::clone(&clock)),
            clock,
            faults: Arc::new(Faults::new(config.seed)),
            requests: Requests::default(),
            limiter: Limiter::new(config.plan, config.throttled, starts),
            bulks: Bulks::new(config.bulk_polls),
            webhooks: Webhooks::default(),
            token: config.access_token,
            version: config.version,
            scopes: config.scopes.into_iter().collect(),
            personal: config.personal_data,
            index_lag: config.index_lag_seconds,
            base_url: format!("http://{addr}"),
            latency: config.latency,
        });
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
        .route("/admin/api/{version}/graphql.json", post(app::graphql))
        .route("/_bulk/{number}", get(app::file))
        .merge(control::routes().route_layer(from_fn(only_loopback)))
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

    /// What a connection's `base_url` is to be, for example `http://127.0.0.1:4711`; `/admin/api/…` lies below it.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The token.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.app.token
    }

    /// The store's permanent domain.
    #[must_use]
    pub fn domain(&self) -> String {
        self.app.world.read(|world| world.domain().to_owned())
    }

    /// The store, living up to the clock at every look.
    #[must_use]
    pub fn world(&self) -> WorldHandle {
        self.app.world.clone()
    }

    /// The books now.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.app.world.ledger()
    }

    /// Tells a receiver what happened since history ended, or since the last call.
    pub async fn send_webhooks(&self, settings: &WebhookSettings) -> Sent {
        let (due, mut sent) = self
            .app
            .world
            .read(|world| self.app.webhooks.due(world, settings));
        for delivery in &due {
            if self.post(settings, delivery).await {
                sent.delivered += 1;
            } else {
                sent.failed += 1;
            }
        }
        sent
    }

    /// Sends a compliance topic (`customers/data_request`, `customers/redact`, `shop/redact`), for the first customer of
    /// the store unless an id is given; whether the receiver took it.
    pub async fn send_compliance(
        &self,
        settings: &WebhookSettings,
        topic: &'static str,
        customer_id: Option<i64>,
    ) -> bool {
        let delivery = self.app.world.read(|world| {
            let wanted = |id: i64| {
                world
                    .customers
                    .iter()
                    .position(|customer| customer.id == id)
            };
            let customer = customer_id.map_or((!world.customers.is_empty()).then_some(0), wanted);
            let body = rest::compliance(world, topic, customer);
            self.app.webhooks.extra(topic, &body, world.now())
        });
        self.post(settings, &delivery).await
    }

    async fn post(&self, settings: &WebhookSettings, delivery: &webhooks::Delivery) -> bool {
        let domain = self.domain();
        webhooks::post(settings, (&domain, &self.app.version), delivery).await
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
