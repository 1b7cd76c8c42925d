//! Starting and stopping a simulator inside a process.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::app::{App, ListCache, gate};
use super::config::WorldConfig;
use super::fault_body::LastRows;
use super::faults::Faults;
use super::handle::WorldHandle;
use super::ledger::Ledger;
use super::limiter::Limiter;
use super::oauth::Auth;
use super::webhooks::{self, Sent, WebhookSettings, Webhooks};
use super::world::World;
use super::{api, control, internal, writes};
use crate::SimClock;
use crate::control_gate::only_loopback;
use crate::requests::{RequestLog, Requests};
use crate::{ClockMode, Error, Result, Stamp};

/// Everything that a simulator is started with.
#[derive(Debug)]
pub struct SimulatorConfig {
    /// The world to serve.
    pub world: World,
    /// Where the clock stands at first; the world lives up to it on the first look. `None`: where
    /// the world ends. A restarted demo passes the present here and gets the very world back that
    /// it had, grown by the time in between.
    pub clock_starts: Option<Stamp>,
    /// How the clock moves.
    pub clock: ClockMode,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The application's id.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: String,
    /// The vendor's limit (600 in production, 300 in the sandbox); `None` lifts it.
    pub requests_per_minute: Option<u32>,
    /// Added to every answer; the vendor takes 250 to 400 ms.
    pub latency: Duration,
    /// Decides faults that strike by chance, and the token.
    pub seed: u64,
}

impl SimulatorConfig {
    /// A world served on a free local port, with a fixed clock, without limit and latency.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            world,
            clock_starts: None,
            clock: ClockMode::Fixed,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            client_id: "simulated-client".to_owned(),
            client_secret: "simulated-secret".to_owned(),
            requests_per_minute: None,
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
    client_id: String,
    client_secret: String,
    stopping: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Binds the address and serves until [`Running::stop`].
    ///
    /// # Errors
    /// [`Error::Listen`] when the address cannot be bound.
    pub async fn start(config: SimulatorConfig) -> Result<Running> {
        let starts = config.clock_starts.unwrap_or(config.world.now());
        let clock = Arc::new(match config.clock {
            ClockMode::Fixed => SimClock::fixed(starts),
            ClockMode::Running { speed } => SimClock::running(starts, speed),
        });
        let auth = Auth::new(
            config.client_id.clone(),
            config.client_secret.clone(),
            config.seed,
        );
        let app = Arc::new(App {
            world: WorldHandle::new(config.world, Arc::clone(&clock)),
            clock,
            faults: Arc::new(Faults::new(config.seed)),
            requests: Requests::default(),
            limiter: Limiter::new(config.requests_per_minute),
            auth,
            session_token: SESSION_TOKEN.to_owned(),
            webhooks: Webhooks::default(),
            lists: ListCache::default(),
            last_rows: LastRows::default(),
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
            client_id: config.client_id,
            client_secret: config.client_secret,
            stopping,
            serving: Some(serving),
        })
    }
}

fn router(app: &Arc<App>) -> Router {
    let api = api::routes()
        .merge(writes::routes())
        .route_layer(from_fn_with_state(Arc::clone(app), gate));
    let control = control::routes().route_layer(from_fn(only_loopback));
    let session =
        internal::routes().route_layer(from_fn_with_state(Arc::clone(app), internal::gate));
    api.merge(session)
        .merge(control)
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

/// Whoever signs in at the simulated vendor's pages has this one.
const SESSION_TOKEN: &str = "simulated-session";

impl Running {
    /// The token of a web session at the vendor's own pages.
    #[must_use]
    pub fn session_token(&self) -> &str {
        &self.app.session_token
    }

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

    /// The application's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The application's secret.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// The world, living up to the clock at every look.
    #[must_use]
    pub fn world(&self) -> WorldHandle {
        self.app.world.clone()
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

    /// The world's books now.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.app.world.ledger()
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

    /// Tells a receiver what happened to orders since the last call; the first call only begins to watch.
    pub async fn send_webhooks(&self, settings: &WebhookSettings) -> Sent {
        let look = |world: &World| self.app.webhooks.due(world, settings);
        let (bodies, mut sent) = self.app.world.read(look);
        for body in &bodies {
            if webhooks::post(settings, body).await {
                sent.delivered += 1;
            } else {
                sent.failed += 1;
            }
        }
        sent
    }

    /// Takes the shops' consent back (every token void, no new one), or gives it again.
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
