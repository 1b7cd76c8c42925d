//! G4 of design.md 7.

use super::figures::Figures;
use super::question::Route;
use super::wall::Cost;
use crate::goal::{Bound, Goal};
use crate::report::Report;

const BARE: &str = "bare_pipelined";

fn set(report: &mut Report, what: String, value: f64, bound: Bound, unit: &'static str) {
    report.goal(Goal {
        id: "G4",
        what,
        value,
        bound,
        unit,
    });
}

/// The API against the bare client, and against FastAPI where it was measured.
pub fn rates(report: &mut Report, figures: &Figures) {
    for route in Route::ALL {
        for connections in [16, 64] {
            let rate = |variant| figures.median(route, variant, connections, |s| s.per_second);
            let what = format!(
                "{} at {connections} connections against the bare client",
                route.name()
            );
            let value = rate("product") / rate(BARE);
            set(report, what, value, Bound::AtLeast(0.7), "× its rate");
            let peer = rate("fastapi");
            if peer.is_finite() {
                let what = format!(
                    "{} at {connections} connections against FastAPI + asyncpg",
                    route.name()
                );
                set(
                    report,
                    what,
                    rate("product") / peer,
                    Bound::AtLeast(8.0),
                    "× its rate",
                );
            }
        }
        let p99 = |variant| figures.median(route, variant, 0, |s| s.p99_ms);
        let what = format!(
            "{} in an open loop at 30 %, p99 against the bare client",
            route.name()
        );
        set(
            report,
            what,
            p99("product") / p99(BARE),
            Bound::AtMost(2.0),
            "× its p99",
        );
    }
}

/// The wall.
pub fn wall(report: &mut Report, costs: &[Cost], faults: &[String]) {
    for cost in costs {
        let added = cost.walled_ms - cost.free_ms;
        if cost.test == "one_shop" {
            let what = "the wall on a single-shop statement".to_owned();
            set(report, what, added, Bound::AtMost(0.15), "ms more");
        } else {
            let what = format!("the wall on {}", cost.test);
            set(
                report,
                what,
                added / cost.free_ms,
                Bound::AtMost(1.0),
                "× more",
            );
        }
    }
    let what = "plans without an index condition on shop_id, or with a sub-plan filter".to_owned();
    set(
        report,
        what,
        faults.len() as f64,
        Bound::Exactly(0.0),
        "faults",
    );
}

/// Memory of the API's process, after all loads.
pub fn memory(report: &mut Report, bytes: Option<u64>) {
    let value = bytes.map_or(f64::NAN, |bytes| bytes as f64 / 1e6);
    let what = "peak memory of the API at 64 connections".to_owned();
    set(report, what, value, Bound::AtMost(64.0), "MB");
}
