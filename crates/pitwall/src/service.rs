//! What `serve` and `demo` share: the HTTP servers with their graceful end, and syncing again and again.

use crate::commands::sync;
use crate::config::{Auth, Settings};
use crate::failure::{Exit, Failure};
use crate::lifecycle::{self, Context};
use crate::warehouse::Warehouse;
use anyhow::Context as _;
use api::auth::{Issuer, NoIssuer};
use api::{App, Limits, Setup, SignInLinks};
use axum::Router;
use futures_util::future::BoxFuture;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use pipeline::{Outcome, SyncPlan, SyncReport};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Database;
use store::door::Door;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use vendors::Documents;

/// A graceful stop takes at most this long; service managers kill after 25 to 30 s.
const GRACE: Duration = Duration::from_secs(20);
/// How long is waited before listening again.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);
/// How often summaries in the metrics are condensed.
const UPKEEP_EVERY: Duration = Duration::from_secs(10);

/// What the API answers from, as configured. Only the demo gives out sign-in links.
pub(crate) async fn app(
    warehouse: &Warehouse,
    context: &Context,
    listeners: &Listeners,
    links: Option<SignInLinks>,
) -> Result<App, Failure> {
    let settings = &context.settings;
    let secret = settings.api.cursor_secret.as_ref();
    let public_url = match &settings.api.public_url {
        Some(url) => url.value.clone(),
        None => format!("http://{}", local(&listeners.pages)?),
    };
    Ok(App::new(Setup {
        database: warehouse.database.clone(),
        door: warehouse.door(settings).await?,
        clock: context.clock.clone(),
        tokens: settings.auth.token_rules()?,
        issuer: issuer(&settings.auth)?,
        limits: Limits {
            requests_per_minute: settings.api.requests_per_minute.value,
            failures_per_minute: settings.api.failures_per_minute.value,
        },
        cursor_secret: secret.map(|secret| secret.value.expose().as_bytes().to_vec()),
        oidc: settings.auth.oidc_client()?,
        public_url,
        stop: context.stop.clone(),
        links,
    }))
}

fn issuer(auth: &Auth) -> Result<Arc<dyn Issuer>, Failure> {
    let is_asked = auth.jwks_url.is_some() || auth.client_id.is_some();
    if !is_asked {
        return Ok(Arc::new(NoIssuer));
    }
    let documents = Documents::new(auth.reach())
        .map_err(|error| anyhow::anyhow!("cannot set up the issuer's client: {error}"))?;
    Ok(Arc::new(OverHttp(documents)))
}

/// The issuer over the network.
struct OverHttp(Documents);

impl Issuer for OverHttp {
    fn get<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(self.0.get(url))
    }

    fn post<'a>(
        &'a self,
        url: &'a str,
        form: &'a [(&'a str, &'a str)],
    ) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(self.0.post(url, form))
    }
}

/// The addresses of a process, taken before any work is done: a taken one is said at once.
pub(crate) struct Listeners {
    pages: TcpListener,
    metrics: TcpListener,
}

impl Listeners {
    /// Takes both addresses.
    pub(crate) async fn bind(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            pages: bind(settings.listen.value, "--listen or PITWALL_LISTEN").await?,
            metrics: bind(settings.metrics_listen.value, "PITWALL_METRICS_LISTEN").await?,
        })
    }
}

/// The HTTP servers of a process.
pub(crate) struct Service {
    /// Address of pages and API.
    pub address: SocketAddr,
    /// Address of the metrics.
    pub metrics_address: SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<std::io::Result<()>>>,
}

impl Service {
    /// Answers until the context's stop, or [`Service::finish`].
    pub(crate) fn start(
        listeners: Listeners,
        app: App,
        context: &Context,
    ) -> Result<Self, Failure> {
        let address = local(&listeners.pages)?;
        let metrics_address = local(&listeners.metrics)?;
        let handle = PrometheusBuilder::new()
            .install_recorder()
            .context("start the metrics")?;
        let stop = context.stop.child_token();
        let tasks = vec![
            listen(app.door().clone(), stop.clone()),
            serve(listeners.pages, api::router(app), &stop),
            serve(
                listeners.metrics,
                api::metrics_router(handle.clone()),
                &stop,
            ),
            upkeep(handle, stop.clone()),
        ];
        Ok(Self {
            address,
            metrics_address,
            stop,
            tasks,
        })
    }

    /// Ends gracefully: no new connection, open requests get their answer.
    pub(crate) async fn finish(self) -> Result<(), Failure> {
        self.stop.cancel();
        let mut tasks = self.tasks;
        let all = futures_util::future::join_all(tasks.iter_mut());
        let Ok(ended) = tokio::time::timeout(GRACE, all).await else {
            tracing::warn!("some requests were cut off after {} s", GRACE.as_secs());
            tasks.iter().for_each(JoinHandle::abort);
            return Ok(());
        };
        for task in ended {
            task.context("a server task broke off")?
                .context("serve HTTP")?;
        }
        Ok(())
    }
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            Exit::Failed,
            format!("cannot listen on {address}: {error}"),
            format!("choose another address with {setting}"),
        )
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    Ok(listener
        .local_addr()
        .context("ask for the address listened on")?)
}

fn serve(
    listener: TcpListener,
    router: Router,
    stop: &CancellationToken,
) -> JoinHandle<std::io::Result<()>> {
    let stopped = stop.clone().cancelled_owned();
    lifecycle::spawn(async move {
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await
    })
}

/// Hears of changes for the live feeds.
fn listen(door: Door, stop: CancellationToken) -> JoinHandle<std::io::Result<()>> {
    lifecycle::spawn(async move {
        let listening = async {
            loop {
                if let Err(error) = door.listen().await {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "nothing is heard of changes; they are looked for"
                    );
                }
                tokio::time::sleep(LISTEN_AGAIN).await;
            }
        };
        stop.run_until_cancelled(listening).await;
        Ok(())
    })
}

fn upkeep(handle: PrometheusHandle, stop: CancellationToken) -> JoinHandle<std::io::Result<()>> {
    lifecycle::spawn(async move {
        while stop
            .run_until_cancelled(tokio::time::sleep(UPKEEP_EVERY))
            .await
            .is_some()
        {
            handle.run_upkeep();
        }
        Ok(())
    })
}

/// Syncs every so often until the context's stop. Failures are logged and tried again at the next turn.
pub(crate) async fn sync_again_and_again(
    database: &Database,
    plan: &SyncPlan,
    every: Duration,
    context: &Context,
) {
    while context
        .stop
        .run_until_cancelled(tokio::time::sleep(every))
        .await
        .is_some()
    {
        let report = sync::silent(database, plan, &context.clock, &context.stop).await;
        note(&report, context);
    }
}

/// A run in the metrics and the log.
pub(crate) fn note(report: &SyncReport, context: &Context) {
    let outcome = report.outcome();
    let word = match outcome {
        Outcome::Done => "done",
        Outcome::Partial => "partial",
        Outcome::Failed => "failed",
        Outcome::Locked => "locked",
        Outcome::Credentials => "credentials",
        Outcome::Interrupted => "interrupted",
    };
    metrics::counter!("pitwall_sync_runs_total", "outcome" => word).increment(1);
    if outcome == Outcome::Done {
        // A gauge is a float; whole seconds are exact in it.
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit 53 bits")]
        let now = context.clock.now().as_second() as f64;
        metrics::gauge!("pitwall_sync_last_success_timestamp_seconds").set(now);
    }
    for stream in &report.streams {
        for (result, count) in [
            ("created", stream.created),
            ("updated", stream.updated),
            ("rejected", stream.rejected),
        ] {
            metrics::counter!("pitwall_sync_records_total", "stream" => stream.stream, "result" => result)
                .increment(count);
        }
        if let Some(problem) = stream
            .problem
            .as_ref()
            .filter(|p| p.outcome != Outcome::Interrupted)
        {
            tracing::error!(
                shop.id = stream.shop_id.0,
                stream = stream.stream,
                error = problem.message,
                hint = problem.hint,
                "a stream was not read"
            );
        }
    }
    for problem in report
        .problems
        .iter()
        .filter(|p| p.outcome != Outcome::Interrupted)
    {
        tracing::error!(
            error = problem.message,
            hint = problem.hint,
            "a sync run had a problem"
        );
    }
}
