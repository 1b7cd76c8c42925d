//! From lines to snapshots and days: the product's rebuild in turn with the same SQL run bare and with the textbook's,
//! then what one changed order and a sync's worth of them cost.

mod bare;
pub mod fill;
mod goals;
mod refresh;

use crate::Common;
use crate::machine::Machine;
use crate::peers;
use crate::report::{Figure, Report};
use crate::scratch::{Lap, Scratch, Server};
use anyhow::Context as _;
use domain::{Clock, ShopId};
use jiff::Timestamp;
use pipeline::build::{Build, Step};
use store::models::Selection;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// From this many orders on one round is measured: a round takes minutes, and noise is small beside it.
const ONE_ROUND_FROM: u64 = 1_000_000;

/// Options of the part `agg`.
#[derive(clap::Args)]
pub struct Options {
    /// Orders of history, such as 20000,200000; default 20000 with --quick, both otherwise, 1000000 with --big, too
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u64).range(100..))]
    sizes: Vec<u64>,
    /// Shops the history is spread over
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    shops: i64,
}

impl Options {
    fn sizes(&self, common: &Common) -> Vec<u64> {
        if !self.sizes.is_empty() {
            return self.sizes.clone();
        }
        let mut sizes = vec![20_000];
        if !common.quick {
            sizes.push(200_000);
        }
        if common.big {
            sizes.push(1_000_000);
        }
        sizes
    }
}

/// A history of one size, filled and closed: rounds work on copies of it.
pub struct History {
    /// Name of the database.
    pub template: String,
    /// Orders in it.
    pub orders: u64,
    /// Shops in it.
    pub shops: i64,
}

/// What all steps share.
pub struct Bench {
    /// PostgreSQL.
    pub server: Server,
    /// Stands after the end of every history.
    pub clock: Clock,
}

impl Bench {
    fn figure(&self, (test, variant): (&str, &str), (round, rows): (u32, u64), lap: Lap) -> Figure {
        Figure {
            test: test.to_owned(),
            variant: variant.to_owned(),
            round,
            rows,
            secs: lap.secs,
            wal_bytes: Some(lap.wal_bytes),
            ..Figure::default()
        }
    }
}

/// Measures.
pub async fn run(common: &Common, options: &Options, mut report: Report) -> anyhow::Result<Report> {
    let server = Server::connect(&common.database()?).await?;
    let machine = Machine::look(server.admin()).await?;
    machine.print();
    report.line(&machine)?;
    let now: Timestamp = "2026-07-01T12:00:00Z".parse()?;
    let bench = Bench {
        server,
        clock: Clock::fixed(now),
    };
    let sizes = options.sizes(common);
    for orders in &sizes {
        let history = fill::history(&bench, *orders, options.shops).await?;
        let rounds = if *orders >= ONE_ROUND_FROM {
            1
        } else {
            common.rounds
        };
        // The big sizes need no warm-up: nothing of them stays in memory anyway.
        let first = u32::from(rounds == 1);
        for round in first..=rounds {
            run_round(&bench, &history, round, &mut report).await?;
        }
        if common.peers {
            peers::duckdb::run(&bench.server, &history, &mut report).await?;
        }
        bench.server.drop_name(&history.template).await?;
    }
    goals::set(&mut report, &sizes);
    Ok(report)
}

/// One round: three ways to build everything, each on its own copy of the history. Round 0 is the warm-up.
async fn run_round(
    bench: &Bench,
    history: &History,
    round: u32,
    report: &mut Report,
) -> anyhow::Result<()> {
    eprintln!("{} orders, round {round}", history.orders);
    let orders = history.orders;
    let rebuild = format!("rebuild_{orders}");
    let mut figures = Vec::new();
    let product = bench.server.clone_of(&history.template, "product").await?;
    let lap = build(bench, &product, (history, Step::Snapshots)).await?;
    figures.push(bench.figure((&rebuild, "product"), (round, orders), lap));
    let sums = sums(&product).await?;

    let same = bench.server.clone_of(&history.template, "bare").await?;
    let lap = bare::rebuild(bench, &same, history).await?;
    figures.push(bench.figure((&rebuild, "same_sql_bare"), (round, orders), lap));
    agree("the same SQL run bare", &self::sums(&same).await?, &sums)?;
    bench.server.drop(same).await?;

    let textbook = bench.server.clone_of(&history.template, "textbook").await?;
    let watch = bench.server.start().await?;
    textbook
        .client
        .batch_execute(include_str!("textbook.sql"))
        .await
        .context("run the textbook's SQL")?;
    let lap = bench.server.lap(&watch).await?;
    figures.push(bench.figure((&rebuild, "textbook"), (round, orders), lap));
    agree("the textbook's SQL", &self::sums(&textbook).await?, &sums)?;
    bench.server.drop(textbook).await?;

    figures.push(days(bench, &product, (history, round)).await?);
    figures.push(refresh::after_a_sync(bench, &product, (history, round)).await?);
    figures.extend(refresh::one_order(bench, &product, (history, round)).await?);
    bench.server.drop(product).await?;
    if round > 0 {
        for figure in figures {
            report.add(figure)?;
        }
    }
    Ok(())
}

/// Everything through the pipeline, as `pitwall snapshots build --all` and `pitwall metrics rebuild --all` do it.
async fn build(
    bench: &Bench,
    scratch: &Scratch,
    (history, step): (&History, Step),
) -> anyhow::Result<Lap> {
    let stop = CancellationToken::new();
    // Nobody follows.
    let (events, _) = mpsc::channel(1);
    let build = Build {
        database: &scratch.database,
        clock: &bench.clock,
        stop: &stop,
        step,
        events,
    };
    let shops: Vec<_> = (1..=history.shops)
        .map(|shop| (ShopId(shop), Selection::All))
        .collect();
    let watch = bench.server.start().await?;
    build.shops(&shops).await?;
    bench.server.lap(&watch).await
}

/// All day metrics written again from the snapshots that are there.
async fn days(
    bench: &Bench,
    scratch: &Scratch,
    (history, round): (&History, u32),
) -> anyhow::Result<Figure> {
    let before = sums(scratch).await?;
    let empty = "truncate warehouse.daily_shop_metrics, warehouse.tech_daily_metrics, \
                 warehouse.advisor_daily_metrics, warehouse.sold_daily_metrics";
    scratch.client.batch_execute(empty).await?;
    // Truncating forgets which snapshots were posted on which day nowhere: the days come from the snapshots.
    let lap = build(bench, scratch, (history, Step::Days)).await?;
    agree("days built again", &sums(scratch).await?, &before)?;
    let test = format!("all_days_{}", history.orders);
    Ok(bench.figure((&test, "product"), (round, history.orders), lap))
}

async fn sums(scratch: &Scratch) -> anyhow::Result<String> {
    let row = scratch
        .client
        .query_one(include_str!("sums.sql"), &[])
        .await;
    Ok(row.context("sum what was built")?.get(0))
}

fn agree(who: &str, found: &String, wanted: &String) -> anyhow::Result<()> {
    crate::load::equal(&format!("sums of {who}"), found, wanted)
}
