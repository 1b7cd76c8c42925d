//! Data quality: what is odd, where, since when.

use super::header::{Cells, OfShop, below};
use super::{Reading, expand};
use domain::ShopId;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static ISSUES: LazyLock<String> = LazyLock::new(|| expand(include_str!("issues.sql")));
static COUNTS: LazyLock<String> = LazyLock::new(|| expand(include_str!("issue_counts.sql")));

/// Issues, newest record first.
#[derive(Clone, Debug)]
pub struct Issues {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// Leave out what has resolved itself.
    pub open_only: bool,
    /// One code.
    pub code: Option<String>,
    /// One severity.
    pub severity: Option<String>,
    /// The last issue seen.
    pub after: IssueKey,
    /// Rows at most; none for all.
    pub limit: Option<i64>,
}

/// The place of an issue in the list.
#[derive(Clone, Debug)]
pub struct IssueKey {
    /// Kind of record.
    pub entity_type: String,
    /// Its record.
    pub entity_id: i64,
    /// Its code.
    pub code: String,
}

impl IssueKey {
    /// Before the first: behind every word of lowercase letters.
    #[must_use]
    pub fn before_first() -> Self {
        Self {
            entity_type: "~".to_owned(),
            entity_id: i64::MAX,
            code: "~".to_owned(),
        }
    }
}

/// One issue.
#[derive(Clone, Debug)]
pub struct IssueRow {
    /// Kind of record.
    pub entity_type: String,
    /// The vendor's id of the record.
    pub entity_id: i64,
    /// What is odd.
    pub code: String,
    /// info, warning, error, critical.
    pub severity: String,
    /// Figures that show it.
    pub details: Option<Value>,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last seen in a changed record.
    pub last_seen_at: Timestamp,
    /// When it had gone.
    pub resolved_at: Option<Timestamp>,
    /// Printed number, where the record is an order.
    pub ro_number: Option<i64>,
}

impl IssueRow {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            entity_type: cells.next(),
            entity_id: cells.next(),
            code: cells.next(),
            severity: cells.next(),
            details: cells.next(),
            first_seen_at: cells.next(),
            last_seen_at: cells.next(),
            resolved_at: cells.next(),
            ro_number: cells.next(),
        }
    }
}

impl Reading for Issues {
    type Answer = Option<OfShop<Vec<IssueRow>>>;

    fn sql(&self) -> &'static str {
        &ISSUES
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.shop.0,
            &self.now,
            &self.open_only,
            &self.code,
            &self.severity,
            &self.after.entity_type,
            &self.after.entity_id,
            &self.after.code,
            &self.limit,
        ]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, IssueRow::read)
    }
}

/// Open issues by code.
#[derive(Clone, Copy, Debug)]
pub struct IssueCounts {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
}

/// Open issues of one code.
#[derive(Clone, Debug)]
pub struct IssueCount {
    /// Kind of record.
    pub entity_type: String,
    /// What is odd.
    pub code: String,
    /// info, warning, error, critical.
    pub severity: String,
    /// How many.
    pub count: i64,
    /// Since when the oldest stands.
    pub oldest_at: Timestamp,
}

impl Reading for IssueCounts {
    type Answer = Option<OfShop<Vec<IssueCount>>>;

    fn sql(&self) -> &'static str {
        &COUNTS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| IssueCount {
            entity_type: cells.next(),
            code: cells.next(),
            severity: cells.next(),
            count: cells.next(),
            oldest_at: cells.next(),
        })
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 2] {
    [("issues", &ISSUES), ("issue_counts", &COUNTS)]
}
