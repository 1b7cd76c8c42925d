//! Alerts: what a rule found, and who has taken charge of it.

use super::header::{OfShop, below};
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static ALERTS: LazyLock<String> = LazyLock::new(|| expand(include_str!("alerts.sql")));
const ACKNOWLEDGE: &str = "update warehouse.alerts set \
    acknowledged_at = coalesce(acknowledged_at, $3), \
    acknowledged_by = coalesce(acknowledged_by, (select warehouse.current_user_id())), \
    read_at = coalesce(read_at, $3), read_by = coalesce(read_by, (select warehouse.current_user_id())) \
    where shop_id = $1 and alert_id = $2 returning acknowledged_at";

/// Alerts, newest first.
#[derive(Clone, Debug)]
pub struct Alerts {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// Leave out what is resolved or acknowledged.
    pub open_only: bool,
    /// One severity.
    pub severity: Option<String>,
    /// The last alert seen; [`i64::MAX`] before the first.
    pub after_id: i64,
    /// Rows at most; none for all.
    pub limit: Option<i64>,
}

/// One alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Number.
    pub id: i64,
    /// Name of the rule.
    pub rule: String,
    /// info, warning or critical.
    pub severity: String,
    /// Key of the metric catalogue.
    pub metric: Option<String>,
    /// Day it is about.
    pub day: Option<ShopDay>,
    /// Advisor or technician concerned.
    pub subject_id: Option<i64>,
    /// Decimal text in the metric's own unit.
    pub value: Option<String>,
    /// What it was held against.
    pub threshold: Option<String>,
    /// One sentence.
    pub message: String,
    /// Further figures.
    pub details: Option<Value>,
    /// When the rule found it.
    pub fired_at: Timestamp,
    /// When it was first read.
    pub read_at: Option<Timestamp>,
    /// When somebody took charge of it.
    pub acknowledged_at: Option<Timestamp>,
    /// When the rule no longer found it.
    pub resolved_at: Option<Timestamp>,
}

impl Reading for Alerts {
    type Answer = Option<OfShop<Vec<Alert>>>;

    fn sql(&self) -> &'static str {
        &ALERTS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.shop.0,
            &self.now,
            &self.open_only,
            &self.severity,
            &self.after_id,
            &self.limit,
        ]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| Alert {
            id: cells.next(),
            rule: cells.next(),
            severity: cells.next(),
            metric: cells.next(),
            day: cells.next(),
            subject_id: cells.next(),
            value: cells.next(),
            threshold: cells.next(),
            message: cells.next(),
            details: cells.next(),
            fired_at: cells.next(),
            read_at: cells.next(),
            acknowledged_at: cells.next(),
            resolved_at: cells.next(),
        })
    }
}

/// Taking charge of an alert; the first who does stays.
#[derive(Clone, Copy, Debug)]
pub struct AcknowledgeAlert {
    /// Shop.
    pub shop: ShopId,
    /// Which.
    pub alert: i64,
    /// Now.
    pub now: Timestamp,
}

impl Reading for AcknowledgeAlert {
    /// When it was acknowledged; none when the caller may not, or there is no such alert.
    type Answer = Option<Timestamp>;

    fn sql(&self) -> &'static str {
        ACKNOWLEDGE
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.alert, &self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        rows.first().and_then(|row| row.get(0))
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 2] {
    [("alerts", &ALERTS), ("alerts_acknowledge", ACKNOWLEDGE)]
}
