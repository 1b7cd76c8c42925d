//! From pages over HTTP to committed rows: the product in turn with plain binary COPY of the same rows.

mod check;
mod copy_limit;
mod delta;
mod encode;
pub mod memory;
mod product;
mod row_upsert;

use crate::Common;
use crate::goal::{Bound, Goal};
use crate::machine::Machine;
use crate::peers;
use crate::report::{Figure, Report};
use crate::scratch::{Lap, Scratch, Server};
use crate::vendor_server::VendorServer;
use crate::world::{Tally, World};
use anyhow::ensure;
use domain::Clock;
use jiff::Timestamp;
use vendors::Mode;

/// Every how many-th order is edited in the pass "5 % changed".
const EDIT_EVERY: usize = 20;

/// Options of the part `load`.
#[derive(clap::Args)]
pub struct Options {
    /// Orders of the first load
    #[arg(long, default_value_t = 20_000, value_parser = at_least_100)]
    orders: usize,
}

fn at_least_100(text: &str) -> Result<usize, String> {
    let orders: usize = text.parse().map_err(|_| "not a number".to_owned())?;
    if orders < 100 {
        return Err("at least 100".to_owned());
    }
    Ok(orders)
}

/// What every step of the part works with.
pub struct Bench {
    /// PostgreSQL.
    pub server: Server,
    /// The vendor.
    pub vendor: VendorServer,
}

impl Bench {
    /// A clock that stands after everything that has happened at the vendor.
    pub fn clock(&self) -> Clock {
        Clock::fixed(Timestamp::from_second(self.vendor.world().now()).unwrap_or(Timestamp::MAX))
    }

    /// A migrated database with the one shop in it and its pay rates.
    pub async fn database(&self, label: &str) -> anyhow::Result<Scratch> {
        let scratch = self.server.create(label).await?;
        product::prepare(&scratch, &self.clock()).await?;
        Ok(scratch)
    }

    fn tally(&self) -> Tally {
        self.vendor.world().tally()
    }
}

/// Measures.
pub async fn run(common: &Common, options: &Options, mut report: Report) -> anyhow::Result<Report> {
    let server = Server::connect(&common.database()?).await?;
    let machine = Machine::look(server.admin()).await?;
    machine.print();
    report.line(&machine)?;
    eprintln!("rendering {} orders", options.orders);
    let vendor = VendorServer::start(World::new(common.seed, options.orders))?;
    let bench = Bench { server, vendor };
    for round in 0..=common.rounds {
        run_round(&bench, round, &mut report).await?;
    }
    row_upsert::run(&bench, &mut report).await?;
    memory::measure(&bench, &mut report).await?;
    if common.peers {
        peers::load::run(&bench, &mut report).await?;
    }
    set_goals(&mut report, options.orders);
    if common.big {
        delta::run(common.seed, bench, options.orders, &mut report).await?;
    }
    Ok(report)
}

/// One round: both first loads in turn, then the further passes of the product. Round 0 is the warm-up.
async fn run_round(bench: &Bench, round: u32, report: &mut Report) -> anyhow::Result<()> {
    eprintln!("round {round}");
    let product = bench.database(&format!("product{round}")).await?;
    let limit = bench.database(&format!("limit{round}")).await?;
    let (first, copied) = if round.is_multiple_of(2) {
        let first = product::sync(bench, &product, Mode::Incremental).await?;
        (first, copy_limit::load(bench, &limit).await?)
    } else {
        let copied = copy_limit::load(bench, &limit).await?;
        let first = product::sync(bench, &product, Mode::Incremental).await?;
        (first, copied)
    };
    let tally = bench.tally();
    check::matches(&product.client, &tally).await?;
    check::matches(&limit.client, &tally).await?;
    check::same_rows(&product.client, &limit.client).await?;
    let mut figures = vec![
        figure(("first_load", "product"), &tally, first.load, None),
        figure(("first_load", "copy_limit"), &tally, copied, None),
        figure(
            ("first_load_and_days", "product"),
            &tally,
            first.total,
            None,
        ),
    ];
    bench.server.drop(limit).await?;
    figures.extend(later_passes(bench, &product).await?);
    bench.server.drop(product).await?;
    if round > 0 {
        for figure in figures {
            report.add(Figure { round, ..figure })?;
        }
    }
    Ok(())
}

/// The identical history again, an idle incremental run, and the history with 5 % of it edited.
async fn later_passes(bench: &Bench, product: &Scratch) -> anyhow::Result<Vec<Figure>> {
    let tally = bench.tally();
    let again = measured_pass(bench, product, "identical_again").await?;
    let mark = check::mark(&product.client).await?;
    let idle = product::sync(bench, product, Mode::Incremental).await?;
    let written = check::rows_since(&product.client, mark).await?;
    let idle = figure(
        ("incremental_idle", "product"),
        &tally,
        idle.total,
        Some(written),
    );
    bench.vendor.world_mut().edit(EDIT_EVERY);
    let edited = measured_pass(bench, product, "changed_5_percent").await;
    let matches = check::matches(&product.client, &bench.tally()).await;
    bench.vendor.world_mut().restore(EDIT_EVERY);
    matches?;
    Ok(vec![again, idle, edited?])
}

/// Reads the whole history again; what counts is what was written on the way.
async fn measured_pass(bench: &Bench, product: &Scratch, test: &str) -> anyhow::Result<Figure> {
    let mark = check::mark(&product.client).await?;
    let synced = product::sync(bench, product, Mode::Full).await?;
    let written = check::rows_since(&product.client, mark).await?;
    let tally = bench.tally();
    Ok(figure(
        (test, "product"),
        &tally,
        synced.load,
        Some(written),
    ))
}

fn figure((test, variant): (&str, &str), tally: &Tally, lap: Lap, written: Option<u64>) -> Figure {
    Figure {
        test: test.to_owned(),
        variant: variant.to_owned(),
        rows: tally.total_rows(),
        secs: lap.secs,
        wal_bytes: Some(lap.wal_bytes),
        rows_written: written,
        ..Figure::default()
    }
}

fn set_goals(report: &mut Report, orders: usize) {
    let first = report.secs("first_load", "product").median;
    let limit = report.secs("first_load", "copy_limit").median;
    let again = report.secs("identical_again", "product").median;
    let changed = report.secs("changed_5_percent", "product").median;
    let wal = report.wal("identical_again", "product").median
        / report.wal("first_load", "product").median;
    let written = report
        .of("identical_again", "product")
        .filter_map(|figure| figure.rows_written)
        .sum::<u64>();
    let mut goal = |what: String, value: f64, bound: Bound, unit: &'static str| {
        report.goal(Goal {
            id: "G1",
            what,
            value,
            bound,
            unit,
        });
    };
    let percent = "% of COPY";
    goal(
        format!("first load of {orders} orders"),
        100.0 * limit / first,
        Bound::AtLeast(75.0),
        percent,
    );
    goal(
        "identical second sync, all pages read".to_owned(),
        first / again,
        Bound::AtLeast(3.0),
        "× faster",
    );
    goal(
        "identical second sync: rows written".to_owned(),
        written as f64,
        Bound::Exactly(0.0),
        "rows",
    );
    goal(
        "identical second sync: WAL".to_owned(),
        100.0 * wal,
        Bound::AtMost(2.0),
        "% of the first",
    );
    goal(
        "5 % of the orders edited, all pages read".to_owned(),
        changed / first,
        Bound::AtMost(0.6),
        "× the first",
    );
}

/// Fails with both figures unless they are equal.
pub fn equal<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    wanted: &T,
) -> anyhow::Result<()> {
    ensure!(
        found == wanted,
        "{what}: found {found:?}, wanted {wanted:?}: no time counts"
    );
    Ok(())
}
