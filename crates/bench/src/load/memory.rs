//! Peak memory of a sync: a process of its own does one first load, so that nothing else counts.

use super::{Bench, product};
use crate::goal::{Bound, Goal};
use crate::machine;
use crate::report::{Figure, Report};
use anyhow::{Context as _, ensure};
use domain::Clock;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use store::{Database, DatabaseSettings};
use tokio::process::Command;
use vendors::Mode;

/// What the process is told.
#[derive(clap::Args)]
pub struct Child {
    /// A migrated database with the shop in it
    #[arg(long)]
    database: String,
    /// The vendor
    #[arg(long)]
    vendor: String,
    /// The time it is, in seconds since 1970
    #[arg(long)]
    now: i64,
}

/// What the process answers.
#[derive(Serialize, Deserialize)]
struct Answer {
    secs: f64,
    peak_rss_bytes: Option<u64>,
}

/// The process.
pub async fn run_child(child: &Child) -> anyhow::Result<()> {
    let settings = DatabaseSettings {
        allow_old_minor: true,
        ..DatabaseSettings::new(&child.database)
    };
    let database = Database::connect(&settings).await?;
    let plan = product::plan(&child.vendor, Mode::Incremental)?;
    let clock = Clock::fixed(Timestamp::from_second(child.now)?);
    let began = Instant::now();
    product::run(&database, &plan, &clock).await?;
    let answer = Answer {
        secs: began.elapsed().as_secs_f64(),
        peak_rss_bytes: machine::peak_rss_bytes(),
    };
    println!("{}", serde_json::to_string(&answer)?);
    Ok(())
}

/// Starts the process and takes its answer.
pub async fn measure(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let scratch = bench.database("memory").await?;
    let now = bench.clock().now().as_second();
    let program = std::env::current_exe().context("find this program")?;
    let output = Command::new(program)
        .arg("first-load")
        .args(["--database", &scratch.url])
        .args(["--vendor", &bench.vendor.base_url()])
        .args(["--now", &now.to_string()])
        .output()
        .await
        .context("start the process whose memory is measured")?;
    bench.server.drop(scratch).await?;
    ensure!(
        output.status.success(),
        "the measured process failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer: Answer = serde_json::from_slice(&output.stdout)?;
    let orders = bench.vendor.world().entries.len();
    report.goal(Goal {
        id: "G1",
        what: format!("peak memory of a first sync of {orders} orders"),
        value: answer.peak_rss_bytes.map_or(f64::NAN, |b| b as f64 / 1e6),
        bound: Bound::AtMost(128.0),
        unit: "MB",
    });
    report.add(Figure {
        test: format!("memory_{orders}"),
        variant: "product".to_owned(),
        round: 1,
        rows: bench.tally().total_rows(),
        secs: answer.secs,
        peak_rss_bytes: answer.peak_rss_bytes,
        ..Figure::default()
    })
}
