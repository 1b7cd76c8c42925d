//! Starting and stopping a simulator inside a process.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::app::{self, App};
use super::faults::Faults;
use super::webhooks::{self, Sent, WebhookSettings, Webhooks};
use super::world::{Ledger, Mutation, World};
use crate::requests::Requests;
use crate::{ClockMode, Error, RequestLog, Result, SimClock, Stamp};

/// Everything that a simulator is started with.
#[derive(Debug)]
pub struct SimulatorConfig {
    /// The desk to serve.
    pub world: World,
    /// Where the clock stands at first. `None`: where the desk's history ends.
    pub clock_starts: Option<Stamp>,
    /// How the clock moves.
    pub clock: ClockMode,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// An administrator's token: sees everything.
    pub api_access_token: String,
    /// An agent's token: sees the first inbox only and no reports, and is not told what it misses.
    pub agent_access_token: String,
    /// Conversations on a page (25 unless the server's owner changed it).
    pub page_rows: usize,
    /// Added to every answer.
    pub latency: Duration,
    /// Decides faults that strike by chance.
    pub seed: u64,
}

impl SimulatorConfig {
    /// A desk served on a free local port, with a fixed clock.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            world,
            clock_starts: None,
            clock: ClockMode::Fixed,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            api_access_token: "simulated-administrator".to_owned(),
            agent_access_token: "simulated-agent".to_owned(),
            page_rows: 25,
            latency: Duration::ZERO,
            seed: 1,
        }
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
            world: RwLock::new(config.world),
            clock,
            faults: Arc::new(Faults::new(config.seed)),
            requests: Requests::default(),
            webhooks: Webhooks::default(),
            admin_token: config.api_access_token,
            agent_token: config.agent_access_token,
            page_rows: config.page_rows.max(1),
            latency: config.latency,
        });
        let router = Router::new()
            .fallback(app::api)
            .with_state(Arc::clone(&app));
        let stopping = CancellationToken::new();
        let ending = stopping.clone().cancelled_owned();
        // The task is owned by [`Running`], which ends it in `stop` or `drop`.
        let serving = tokio::spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(ending);
            if let Err(error) = serving.await {
                tracing::warn!(%error, "simulator stopped serving");
            }
        });
        Ok(Running {
            addr,
            app,
            stopping,
            serving: Some(serving),
        })
    }
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

    /// The administrator's token.
    #[must_use]
    pub fn api_access_token(&self) -> &str {
        &self.app.admin_token
    }

    /// The agent's token.
    #[must_use]
    pub fn agent_access_token(&self) -> &str {
        &self.app.agent_token
    }

    /// The account's number.
    #[must_use]
    pub fn account_id(&self) -> i64 {
        self.app.read(|world| world.config.account_id)
    }

    /// The books now.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.app.read(World::ledger)
    }

    /// Changes something by hand, now.
    ///
    /// # Errors
    /// When the record does not exist.
    pub fn mutate(&self, mutation: Mutation) -> Result<()> {
        self.app.write(|world| world.mutate(mutation))
    }

    /// Tells a receiver what happened since history ended, or since the last call. What fails is lost.
    pub async fn send_webhooks(&self, settings: &WebhookSettings) -> Sent {
        let (bodies, mut sent) = self
            .app
            .read(|world| self.app.webhooks.due(world, settings));
        let now = self.app.clock.now();
        for (number, body) in bodies.iter().enumerate() {
            if webhooks::post(settings, (number as u64, now), body).await {
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
