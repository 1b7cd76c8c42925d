//! How the data come in: streams, runs, rejects.

use super::header::{Cells, OfShop, ShopHeader, below};
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static STREAMS: LazyLock<String> = LazyLock::new(|| expand(include_str!("streams.sql")));
static SUMMARY: LazyLock<String> = LazyLock::new(|| expand(include_str!("ops_summary.sql")));

/// The streams of a shop.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
}

/// A stream with its last run.
#[derive(Clone, Debug)]
pub struct StreamState {
    /// Name.
    pub stream: String,
    /// When it was last read to its end.
    pub read_to_end_at: Option<Timestamp>,
    /// Highest vendor time of change that is committed.
    pub vendor_changed_at: Option<Timestamp>,
    /// How the last run went: running, completed, failed, partial, cancelled.
    pub status: Option<String>,
    /// full, incremental and the like.
    pub kind: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Records the vendor sent.
    pub fetched: Option<i64>,
    /// New ones.
    pub created: Option<i64>,
    /// Changed ones.
    pub updated: Option<i64>,
    /// Equal ones.
    pub skipped: Option<i64>,
    /// Rejected records and failed calls.
    pub errors: Option<i64>,
}

impl Reading for Streams {
    type Answer = Option<OfShop<Vec<StreamState>>>;

    fn sql(&self) -> &'static str {
        &STREAMS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| StreamState {
            stream: cells.next(),
            read_to_end_at: cells.next(),
            vendor_changed_at: cells.next(),
            status: cells.next(),
            kind: cells.next(),
            started_at: cells.next(),
            completed_at: cells.next(),
            duration_ms: cells.next(),
            fetched: cells.next(),
            created: cells.next(),
            updated: cells.next(),
            skipped: cells.next(),
            errors: cells.next(),
        })
    }
}

/// Every shop of the caller.
#[derive(Clone, Copy, Debug)]
pub struct OpsSummary {
    /// Now.
    pub now: Timestamp,
}

/// How a shop stands.
#[derive(Clone, Debug)]
pub struct ShopState {
    /// Newest day with metrics.
    pub newest_day: Option<ShopDay>,
    /// Runs that failed in the last 24 hours.
    pub failed_runs: i64,
    /// Runs under way.
    pub running_runs: i64,
    /// Records that wait for repair; 0 for callers who may not see them.
    pub open_rejects: i64,
    /// Open data-quality issues.
    pub open_issues: i64,
    /// Of these, errors and worse.
    pub serious_issues: i64,
    /// Alerts nobody has taken charge of.
    pub open_alerts: i64,
    /// How the last comparison with the vendor ended.
    pub reconciliation: Option<String>,
    /// When.
    pub reconciled_at: Option<Timestamp>,
}

impl Reading for OpsSummary {
    type Answer = Vec<OfShop<ShopState>>;

    fn sql(&self) -> &'static str {
        &SUMMARY
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let one = |row: &Row| {
            let mut cells = Cells::of(row);
            OfShop {
                shop: ShopHeader::read(&mut cells),
                content: ShopState {
                    newest_day: cells.next(),
                    failed_runs: cells.next(),
                    running_runs: cells.next(),
                    open_rejects: cells.next(),
                    open_issues: cells.next(),
                    serious_issues: cells.next(),
                    open_alerts: cells.next(),
                    reconciliation: cells.next(),
                    reconciled_at: cells.next(),
                },
            }
        };
        rows.iter().map(one).collect()
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 2] {
    [("streams", &STREAMS), ("ops_summary", &SUMMARY)]
}
