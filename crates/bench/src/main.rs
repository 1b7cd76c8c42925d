//! What we measure, on which data, against which floor.
//!
//! `load` takes orders over HTTP into the warehouse and compares that with plain binary COPY of the same rows;
//! `agg` rebuilds and refreshes snapshots and days and compares that with the same SQL run bare and with the
//! textbook's SQL; `serve` asks the API and compares that with the same statements sent bare. Data is generated from a seed, baselines run in the same process and in turn with the product,
//! and no time counts before the rows are equal. Every scratch database is dropped at the end.

mod agg;
mod goal;
mod load;
mod machine;
mod peers;
mod report;
mod scratch;
mod serve;
mod vendor_server;
mod world;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Measures pitwall against baselines that run beside it")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// From pages over HTTP to committed rows
    Load {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        options: load::Options,
    },
    /// From lines to snapshots and days
    Agg {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        options: agg::Options,
    },
    /// From a request to its answer
    Serve {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        options: serve::Options,
    },
    /// One first load in a process of its own, whose memory is looked at afterwards
    #[command(hide = true)]
    FirstLoad(load::memory::Child),
    /// The API in a process of its own
    #[command(hide = true)]
    ServeApi(serve::child::Child),
}

/// What every part takes.
#[derive(Args)]
struct Common {
    /// A superuser's URL of a PostgreSQL to make scratch databases in; default DATABASE_URL, else PITWALL_TEST_DATABASE_URL
    #[arg(long)]
    database: Option<String>,
    /// The small run for a shared machine: goals are relaxed by a fifth
    #[arg(long)]
    quick: bool,
    /// Exit 1 when a goal is missed
    #[arg(long)]
    check: bool,
    /// Write the figures there, one JSON object a line, instead of to standard output
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measured rounds; a warm-up before them is not counted
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=50))]
    rounds: u32,
    /// What the data is generated from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The big sizes, too
    #[arg(long)]
    big: bool,
    /// Measure the tools others would take; makes a Python environment under target/
    #[arg(long)]
    peers: bool,
}

impl Common {
    fn database(&self) -> anyhow::Result<String> {
        let named = self.database.clone();
        named
            .or_else(|| std::env::var("DATABASE_URL").ok())
            .or_else(|| std::env::var("PITWALL_TEST_DATABASE_URL").ok())
            .context("name a PostgreSQL with --database, DATABASE_URL or PITWALL_TEST_DATABASE_URL")
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let (common, report) = match Cli::parse().command {
        Command::FirstLoad(child) => {
            load::memory::run_child(&child).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::ServeApi(child) => {
            Box::pin(serve::child::run_child(&child)).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Load { common, options } => {
            let report = Report::open(common.json.as_deref())?;
            let report = Box::pin(load::run(&common, &options, report)).await?;
            (common, report)
        }
        Command::Agg { common, options } => {
            let report = Report::open(common.json.as_deref())?;
            let report = Box::pin(agg::run(&common, &options, report)).await?;
            (common, report)
        }
        Command::Serve { common, options } => {
            let report = Report::open(common.json.as_deref())?;
            let report = Box::pin(serve::run(&common, &options, report)).await?;
            (common, report)
        }
    };
    let missed = report.close(common.quick);
    Ok(if common.check && missed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
