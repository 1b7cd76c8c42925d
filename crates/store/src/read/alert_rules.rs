//! The rules that raise alerts: read by everybody in the shop, set by owners and managers.

use super::header::{OfShop, below};
use super::{Reading, expand};
use domain::ShopId;
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static RULES: LazyLock<String> = LazyLock::new(|| expand(include_str!("alert_rules.sql")));
const PUT: &str = include_str!("alert_rules_put.sql");
const DELETE: &str =
    "delete from warehouse.alert_rules where shop_id = $1 and rule = $2 returning 1";

/// A shop's rules.
#[derive(Clone, Copy, Debug)]
pub struct AlertRules {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
}

/// One rule as it stands in the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Its name.
    pub rule: String,
    /// What it finds, one sentence.
    pub description: String,
    /// Unit of the two figures.
    pub unit: String,
    /// Where it begins (decimal text).
    pub threshold: String,
    /// Where it becomes critical (decimal text); none for never.
    pub critical: Option<String>,
    /// Whether it is looked at.
    pub is_enabled: bool,
    /// Whether the shop has set it.
    pub is_changed: bool,
    /// When it was last set.
    pub updated_at: Option<Timestamp>,
}

impl Reading for AlertRules {
    type Answer = Option<OfShop<Vec<AlertRule>>>;

    fn sql(&self) -> &'static str {
        &RULES
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| AlertRule {
            rule: cells.next(),
            description: cells.next(),
            unit: cells.next(),
            threshold: cells.next(),
            critical: cells.next(),
            is_enabled: cells.next(),
            is_changed: cells.next(),
            updated_at: cells.next(),
        })
    }
}

/// A rule as the shop wants it.
#[derive(Clone, Debug)]
pub struct PutAlertRule {
    /// Shop.
    pub shop: ShopId,
    /// Which.
    pub rule: &'static str,
    /// Where it begins (decimal text).
    pub threshold: String,
    /// Where it becomes critical (decimal text); none for never.
    pub critical: Option<String>,
    /// Whether it is looked at.
    pub is_enabled: bool,
    /// Now.
    pub now: Timestamp,
}

impl Reading for PutAlertRule {
    /// Whether it was written.
    type Answer = bool;

    fn sql(&self) -> &'static str {
        PUT
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.shop.0,
            &self.rule,
            &self.threshold,
            &self.critical,
            &self.is_enabled,
            &self.now,
        ]
    }

    fn answer(&self, rows: &[Row]) -> bool {
        !rows.is_empty()
    }
}

/// Back to what a rule is without the shop.
#[derive(Clone, Copy, Debug)]
pub struct DeleteAlertRule {
    /// Shop.
    pub shop: ShopId,
    /// Which.
    pub rule: &'static str,
}

impl Reading for DeleteAlertRule {
    /// Whether the shop had set it.
    type Answer = bool;

    fn sql(&self) -> &'static str {
        DELETE
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.rule]
    }

    fn answer(&self, rows: &[Row]) -> bool {
        !rows.is_empty()
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 3] {
    [
        ("alert_rules", &RULES),
        ("alert_rules_put", PUT),
        ("alert_rules_delete", DELETE),
    ]
}
