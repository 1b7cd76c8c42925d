//! What was measured, as JSON lines while it comes and as a table at the end.

use super::drive::Measured;
use super::question::Route;
use crate::report::{Report, Spread, table};
use serde::Serialize;

/// One load.
#[derive(Clone, Debug, Serialize)]
pub struct Served {
    /// Route.
    pub test: &'static str,
    /// `product`, `bare_pipelined` or a peer's name.
    pub variant: String,
    /// Connections of a closed loop; 0 for an open one.
    pub connections: usize,
    /// From 1.
    pub round: u32,
    /// Requests answered.
    pub requests: u64,
    /// Requests a second; those that came, in an open loop.
    pub per_second: f64,
    /// Half are faster (milliseconds).
    pub p50_ms: f64,
    /// Nineteen of twenty are faster (milliseconds).
    pub p95_ms: f64,
    /// All but one of a hundred are faster (milliseconds).
    pub p99_ms: f64,
}

/// All loads of a run.
#[derive(Default)]
pub struct Figures(Vec<Served>);

impl Served {
    /// What came of a load.
    pub fn new(
        route: Route,
        variant: &str,
        connections: usize,
        round: u32,
        measured: &Measured,
    ) -> Self {
        Self {
            test: route.name(),
            variant: variant.to_owned(),
            connections,
            round,
            requests: measured.micros.len(),
            per_second: measured.per_second(),
            p50_ms: measured.millis(0.5),
            p95_ms: measured.millis(0.95),
            p99_ms: measured.millis(0.99),
        }
    }
}

impl Figures {
    /// Takes a load.
    pub fn add(&mut self, served: Served, report: &mut Report) -> anyhow::Result<()> {
        report.line(&served)?;
        eprintln!(
            "  {:<14} {:<15} {:>2} conn, round {}: {:>7.0} /s, p50 {:.2} p95 {:.2} p99 {:.2} ms",
            served.test,
            served.variant,
            served.connections,
            served.round,
            served.per_second,
            served.p50_ms,
            served.p95_ms,
            served.p99_ms
        );
        self.0.push(served);
        Ok(())
    }

    /// Median over the rounds of what `of` takes from each; NaN where nothing was measured.
    pub fn median(
        &self,
        route: Route,
        variant: &str,
        connections: usize,
        of: impl Fn(&Served) -> f64,
    ) -> f64 {
        let found = self.0.iter().filter(|served| {
            served.test == route.name()
                && served.variant == variant
                && served.connections == connections
        });
        Spread::of(found.map(of).collect()).median
    }

    /// The medians, one row a route, way of loading and variant.
    pub fn print(&self) {
        let heading = [
            "route",
            "connections",
            "variant",
            "n",
            "requests/s",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "×bare",
        ];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        let mut seen: Vec<(&str, usize, &str)> = Vec::new();
        for served in &self.0 {
            let key = (served.test, served.connections, served.variant.as_str());
            if !seen.contains(&key) {
                seen.push(key);
            }
        }
        for route in Route::ALL {
            for (_, connections, variant) in seen.iter().filter(|key| key.0 == route.name()) {
                rows.push(self.row(route, variant, *connections));
            }
        }
        println!("{}", table(&rows));
    }

    fn row(&self, route: Route, variant: &str, connections: usize) -> Vec<String> {
        let median = |of: fn(&Served) -> f64| self.median(route, variant, connections, of);
        let rounds = self.0.iter().filter(|served| {
            served.test == route.name()
                && served.variant == variant
                && served.connections == connections
        });
        let rate = median(|served| served.per_second);
        let bare = self.median(route, "bare_pipelined", connections, |served| {
            served.per_second
        });
        vec![
            route.name().to_owned(),
            if connections == 0 {
                "open, 30 %".to_owned()
            } else {
                connections.to_string()
            },
            variant.to_owned(),
            rounds.count().to_string(),
            format!("{rate:.0}"),
            format!("{:.2}", median(|served| served.p50_ms)),
            format!("{:.2}", median(|served| served.p95_ms)),
            format!("{:.2}", median(|served| served.p99_ms)),
            format!("{:.2}", rate / bare),
        ]
    }
}
