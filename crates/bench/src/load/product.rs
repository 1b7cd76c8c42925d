//! The product, through its public entry point: `pipeline::sync::run`.

use super::Bench;
use crate::scratch::{CONNECTION, Lap, Scratch, ZONE};
use crate::world::SHOP;
use anyhow::{Context as _, bail};
use domain::{Clock, ShopId, ShopZone};
use pipeline::{Event, Outcome, PlannedConnection, PlannedShop, SyncPlan, SyncReport};
use std::time::{Duration, Instant};
use store::Database;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::{ConnectionSettings, Mode, Secret, Tuning, Vendor};

/// What a sync took.
pub struct Synced {
    /// Until the last page was committed.
    pub load: Lap,
    /// Until snapshots and days had followed.
    pub total: Lap,
    /// What it says of itself.
    pub report: SyncReport,
}

/// The connection to the benchmark's vendor, without a limit of its own.
pub fn settings(base_url: &str) -> ConnectionSettings {
    ConnectionSettings {
        name: CONNECTION.to_owned(),
        vendor: Vendor::Tekmetric,
        base_url: base_url.to_owned(),
        client_id: "bench".to_owned(),
        client_secret: Secret::new("bench"),
        allow_insecure_loopback: true,
        comparison: None,
        auth_url: None,
        app_key: None,
        tuning: Tuning {
            requests_per_second: 100_000,
            burst: 100_000,
            max_in_flight: 16,
            backoff_base: Duration::from_millis(10),
            ..Tuning::default()
        },
    }
}

/// The shop's zone.
pub fn zone() -> anyhow::Result<ShopZone> {
    Ok(ShopZone::new(ZONE)?)
}

/// The plan of a run over the one shop.
pub fn plan(base_url: &str, mode: Mode) -> anyhow::Result<SyncPlan> {
    let shop = PlannedShop {
        shop_id: ShopId(SHOP),
        vendor_id: SHOP,
        name: "Bench".to_owned(),
        zone: zone()?,
    };
    Ok(SyncPlan {
        connections: vec![PlannedConnection {
            settings: settings(base_url),
            shops: vec![shop],
        }],
        streams: None,
        mode,
        holder: format!("bench {}", std::process::id()),
    })
}

/// Writes the shop and what its technicians cost.
pub async fn prepare(scratch: &Scratch, clock: &Clock) -> anyhow::Result<()> {
    scratch.configure_shops(1, clock.now()).await?;
    let rates = "insert into warehouse.employee_cost_rates \
                 (shop_id, employee_id, effective_from, hourly_cost) \
                 select 1, 6100 + n, '2000-01-01', 2600 + 150 * n from generate_series(0, 8) n";
    scratch
        .client
        .batch_execute(rates)
        .await
        .context("enter pay rates")
}

/// Runs a sync to its end; when the last stream has ended and when all is summed is told by its own events.
pub async fn run(
    database: &Database,
    plan: &SyncPlan,
    clock: &Clock,
) -> anyhow::Result<(SyncReport, Instant)> {
    let (events, mut heard) = mpsc::channel(64);
    let listener = tokio::spawn(async move {
        let mut loaded = Instant::now();
        while let Some(event) = heard.recv().await {
            if matches!(event, Event::StreamFinished(_)) {
                loaded = Instant::now();
            }
        }
        loaded
    });
    let stop = CancellationToken::new();
    let report = Box::pin(pipeline::sync::run(database, plan, clock, &stop, events)).await;
    let loaded = listener.await.context("listen to a sync")?;
    if report.outcome() != Outcome::Done {
        bail!(
            "the sync did not end well: {}",
            serde_json::to_string(&report)?
        );
    }
    Ok((report, loaded))
}

/// A timed sync. The WAL of the load is measured a moment after its end, while the first sums are being written.
pub async fn sync(bench: &Bench, scratch: &Scratch, mode: Mode) -> anyhow::Result<Synced> {
    let plan = plan(&bench.vendor.base_url(), mode)?;
    let clock = bench.clock();
    let (events, mut heard) = mpsc::channel(64);
    let watch = bench.server.start().await?;
    let listen = async {
        let mut load = Lap::default();
        while let Some(event) = heard.recv().await {
            if matches!(event, Event::StreamFinished(_)) {
                load = bench.server.lap_at(&watch, Instant::now()).await?;
            }
        }
        anyhow::Ok(load)
    };
    let stop = CancellationToken::new();
    let sync = Box::pin(pipeline::sync::run(
        &scratch.database,
        &plan,
        &clock,
        &stop,
        events,
    ));
    let (report, load) = tokio::join!(sync, listen);
    let total = bench.server.lap(&watch).await?;
    if report.outcome() != Outcome::Done {
        bail!(
            "the sync did not end well: {}",
            serde_json::to_string(&report)?
        );
    }
    Ok(Synced {
        load: load?,
        total,
        report,
    })
}
