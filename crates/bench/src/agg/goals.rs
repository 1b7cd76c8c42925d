//! G2 and G3 of design.md 7.

use crate::goal::{Bound, Goal};
use crate::report::Report;

/// Below this the textbook's way has nothing to spill and the figures are milliseconds.
const COMPARED_FROM: u64 = 200_000;

/// Sets the goals for the sizes that were measured.
pub fn set(report: &mut Report, sizes: &[u64]) {
    for size in sizes {
        absolute(report, *size);
        if *size >= COMPARED_FROM {
            rebuilds(report, *size);
        }
    }
    if let (Some(small), Some(large)) = (sizes.iter().min(), sizes.iter().max())
        && large > small
    {
        growth(report, *small, *large);
    }
}

fn median(report: &Report, test: &str, size: u64, variant: &str) -> f64 {
    report.secs(&format!("{test}_{size}"), variant).median
}

fn absolute(report: &mut Report, size: u64) {
    report.goal(Goal {
        id: "G2",
        what: format!("one changed order of {size} in every day metric, p50"),
        value: 1e3 * median(report, "one_order_p50", size, "product"),
        bound: Bound::AtMost(10.0),
        unit: "ms",
    });
    report.goal(Goal {
        id: "G2",
        what: format!("4,500 touched orders of {size}"),
        value: median(report, "after_a_sync", size, "product"),
        bound: Bound::AtMost(0.5),
        unit: "s",
    });
    report.goal(Goal {
        id: "G3",
        what: format!("all day metrics written from {size} orders' snapshots"),
        value: median(report, "all_days", size, "product"),
        bound: Bound::AtMost(2.0),
        unit: "s",
    });
}

fn rebuilds(report: &mut Report, size: u64) {
    let product = median(report, "rebuild", size, "product");
    report.goal(Goal {
        id: "G3",
        what: format!("full rebuild of {size} orders against the textbook's SQL"),
        value: median(report, "rebuild", size, "textbook") / product,
        bound: Bound::AtLeast(3.0),
        unit: "× faster",
    });
    let duckdb = median(report, "rebuild", size, "duckdb");
    if duckdb.is_finite() {
        report.goal(Goal {
            id: "G3",
            what: format!("full rebuild of {size} orders against DuckDB, one thread, Parquet"),
            value: product / duckdb,
            bound: Bound::AtMost(2.0),
            unit: "× its time",
        });
    }
}

fn growth(report: &mut Report, small: u64, large: u64) {
    for (test, what) in [
        ("one_order_p50", "one changed order"),
        ("after_a_sync", "4,500 touched orders"),
    ] {
        report.goal(Goal {
            id: "G2",
            what: format!("{what}: {large} against {small} orders of history"),
            value: median(report, test, large, "product") / median(report, test, small, "product"),
            bound: Bound::AtMost(1.5),
            unit: "× the cost",
        });
    }
}
