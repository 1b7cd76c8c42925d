//! Ten times the history: memory, the rate of a first load, and what a delta of 2,000 orders costs on top of it.

use super::{Bench, figure, memory, product};
use crate::goal::{Bound, Goal};
use crate::report::{Figure, Report};
use crate::vendor_server::VendorServer;
use crate::world::World;
use vendors::Mode;

/// Orders of a delta.
const DELTA: usize = 2_000;
/// Deltas in a row; the middle one counts.
const ROUNDS: u32 = 3;
/// Days without an order before a delta, so that its orders are younger than every change before it.
const GAP: i64 = 12;

/// Measures both sizes.
pub async fn run(
    seed: u64,
    bench: Bench,
    orders: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let small = deltas(&bench, report).await?;
    *bench.vendor.world_mut() = World::new(seed, 0);
    eprintln!("rendering {} orders", orders * 10);
    let bench = Bench {
        vendor: VendorServer::start(World::new(seed, orders * 10))?,
        ..bench
    };
    memory::measure(&bench, report).await?;
    let large = deltas(&bench, report).await?;
    report.goal(Goal {
        id: "G1",
        what: format!("delta of {DELTA} orders into 10 × the history"),
        value: large.0 / small.0,
        bound: Bound::AtMost(1.3),
        unit: "× the small one",
    });
    report.goal(Goal {
        id: "G1",
        what: "rows a second of a first load of 10 × the history".to_owned(),
        value: large.1 / small.1,
        bound: Bound::AtLeast(0.8),
        unit: "× the small one",
    });
    Ok(())
}

/// Loads the history and three deltas; gives the seconds of a delta and the rows a second of the first load.
async fn deltas(bench: &Bench, report: &mut Report) -> anyhow::Result<(f64, f64)> {
    let orders = bench.vendor.world().entries.len();
    let scratch = bench.database("delta").await?;
    let before = bench.tally();
    let first = product::sync(bench, &scratch, Mode::Incremental).await?;
    let first_test = format!("first_load_{orders}");
    report.add(Figure {
        round: 1,
        ..figure((&first_test, "product"), &before, first.load, None)
    })?;
    scratch.client.batch_execute("vacuum analyze").await?;
    let (load_test, total_test) = (
        format!("delta_into_{orders}"),
        format!("delta_into_{orders}_and_days"),
    );
    for round in 1..=ROUNDS {
        let before = bench.tally();
        bench.vendor.world_mut().append(DELTA, GAP);
        let synced = product::sync(bench, &scratch, Mode::Incremental).await?;
        let created: u64 = synced.report.streams.iter().map(|s| s.created).sum();
        super::equal("orders of the delta", &created, &(DELTA as u64))?;
        super::check::matches(&scratch.client, &bench.tally()).await?;
        let rows = bench.tally().total_rows() - before.total_rows();
        for (test, lap) in [(&load_test, synced.load), (&total_test, synced.total)] {
            report.add(Figure {
                round,
                rows,
                ..figure((test, "product"), &before, lap, None)
            })?;
        }
    }
    bench.server.drop(scratch).await?;
    Ok((
        report.secs(&load_test, "product").median,
        before.total_rows() as f64 / first.load.secs,
    ))
}
