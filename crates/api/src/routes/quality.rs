//! Whether the figures can be trusted: the audit of a day, and what is odd about the data.

use super::lines::AuditedOrder;
use super::shops::NoQuery;
use super::told::{Figures, built};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Day, Limit, Query};
use crate::error::Problem;
use domain::ShopZone;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::sync::Arc;
use store::read::Sums;
use store::read::audit::Audit;
use store::read::issues::{IssueCount, IssueCounts, IssueKey, IssueRow, Issues};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(audit))
        .routes(routes!(issues))
        .routes(routes!(issue_counts))
}

/// Which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// The day, in the shop's zone.
    #[param(value_type = String, format = Date)]
    date: Day,
}

/// A day and what it is made of.
#[derive(Serialize, ToSchema)]
struct AuditTold {
    /// The day, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Whether the orders add up to the day in every figure.
    adds_up: bool,
    /// The day as the other routes give it.
    day: Figures,
    /// The sums of the orders behind it.
    orders_sum: Figures,
    /// The day less its orders (cents); 0 in every figure when all is well.
    difference: DifferenceTold,
    /// Open issues of these orders (count).
    issue_count: i64,
    /// Orders with an open issue (count).
    orders_with_issues: i64,
    /// The orders, largest committed sales first.
    #[schema(value_type = Vec<AuditedOrder>)]
    orders: Box<RawValue>,
}

/// The day less its orders.
#[derive(Serialize, ToSchema)]
struct DifferenceTold {
    /// Committed sales (cents).
    net_sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Everything on the estimates (cents).
    potential_sales_cents: i64,
    /// Orders (count).
    car_count: i64,
}

fn difference(day: &Sums, orders: &Sums) -> DifferenceTold {
    DifferenceTold {
        net_sales_cents: day.net_sales - orders.net_sales,
        cost_cents: day.cost - orders.cost,
        gross_profit_cents: day.profit - orders.profit,
        potential_sales_cents: day.potential - orders.potential,
        car_count: day.ro_count - orders.ro_count,
    }
}

/// The orders that make up a day, and whether they add up to it
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/audit",
    operation_id = "auditDay",
    tag = "quality",
    params(("shop_id" = i64, Path, description = "The shop"), AuditQuery),
    responses((status = 200, description = "The day and its orders", body = ShopAnswer<AuditTold>))
)]
async fn audit(at: AtShop, query: Query<AuditQuery>) -> Result<ShopAnswer<AuditTold>, Problem> {
    let day = query.date.0;
    let reading = Audit {
        shop: at.shop,
        now: at.app.clock.now(),
        day,
    };
    let found = at.find(&reading).await?;
    Ok(at.of_shop(found, |content| AuditTold {
        date: day,
        adds_up: content.day == content.orders,
        day: Figures::from(&content.day),
        orders_sum: Figures::from(&content.orders),
        difference: difference(&content.day, &content.orders),
        issue_count: content.issue_count,
        orders_with_issues: content.orders_with_issues,
        orders: built(content.lines),
    }))
}

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeverityName {
    /// Worth knowing.
    Info,
    /// Figures may be off.
    Warning,
    /// Figures are off.
    Error,
    /// Act now.
    Critical,
}

impl SeverityName {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// Which issues.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IssueQuery {
    /// Also those that have resolved themselves; false where it is left out.
    include_resolved: Option<bool>,
    /// One code.
    code: Option<String>,
    /// One severity.
    #[param(inline)]
    severity: Option<SeverityName>,
    /// Rows of a page, 1 to 1000; 50 where it is left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// An issue.
#[derive(Serialize, ToSchema)]
struct IssueTold {
    /// Kind of record: `repair_order`, customer and so on.
    entity_type: String,
    /// The vendor's number of the record.
    entity_id: i64,
    /// Printed number, where the record is an order.
    ro_number: Option<i64>,
    /// What is odd.
    code: String,
    /// info, warning, error or critical.
    severity: String,
    /// Figures that show it.
    #[schema(value_type = Option<serde_json::Value>)]
    details: Option<Value>,
    /// When it was first seen.
    #[schema(value_type = String, format = DateTime)]
    first_seen_at: Timestamp,
    /// When it was last seen in a changed record.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// When it had gone; null while it is open.
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
}

impl From<IssueRow> for IssueTold {
    fn from(row: IssueRow) -> Self {
        Self {
            entity_type: row.entity_type,
            entity_id: row.entity_id,
            ro_number: row.ro_number,
            code: row.code,
            severity: row.severity,
            details: row.details,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
            resolved_at: row.resolved_at,
        }
    }
}

/// What is odd about the shop's data, newest record first
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/issues",
    operation_id = "listIssues",
    tag = "quality",
    params(("shop_id" = i64, Path, description = "The shop"), IssueQuery),
    responses((status = 200, description = "A page of issues", body = ShopAnswer<Vec<IssueTold>>))
)]
async fn issues(
    at: AtShop,
    query: Query<IssueQuery>,
) -> Result<ShopAnswer<Vec<IssueTold>>, Problem> {
    let paging = query.paging(&at, query.limit, query.cursor.as_deref())?;
    let after: Option<(String, i64, String)> = paging.after()?;
    let after = after.map_or_else(IssueKey::before_first, |(entity_type, entity_id, code)| {
        IssueKey {
            entity_type,
            entity_id,
            code,
        }
    });
    let reading = Issues {
        shop: at.shop,
        now: at.app.clock.now(),
        open_only: !query.include_resolved.unwrap_or(false),
        code: query.code.clone(),
        severity: query.severity.map(|s| s.as_str().to_owned()),
        after,
        limit: Some(paging.fetch()),
    };
    let found = at.find(&reading).await?;
    let page = paging.page(found.content, |row| {
        (row.entity_type.clone(), row.entity_id, row.code.clone())
    });
    Ok(at.page_of_shop(found.shop, page, IssueTold::from))
}

/// Open issues of one code.
#[derive(Serialize, ToSchema)]
struct IssueCountTold {
    /// Kind of record.
    entity_type: String,
    /// What is odd.
    code: String,
    /// info, warning, error or critical.
    severity: String,
    /// How many.
    issue_count: i64,
    /// Since when the oldest stands.
    #[schema(value_type = String, format = DateTime)]
    oldest_at: Timestamp,
    /// The day of it, in the shop's zone.
    #[schema(value_type = Option<String>, format = Date)]
    oldest_on: Option<Date>,
}

impl IssueCountTold {
    fn new(row: IssueCount, zone: Option<&ShopZone>) -> Self {
        Self {
            entity_type: row.entity_type,
            code: row.code,
            severity: row.severity,
            issue_count: row.count,
            oldest_at: row.oldest_at,
            oldest_on: zone.map(|zone| zone.day_of(row.oldest_at)),
        }
    }
}

/// Open issues by code, most frequent first
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/issues/summary",
    operation_id = "countIssues",
    tag = "quality",
    params(("shop_id" = i64, Path, description = "The shop"), NoQuery),
    responses((status = 200, description = "The codes", body = ShopAnswer<Vec<IssueCountTold>>))
)]
async fn issue_counts(
    at: AtShop,
    _: Query<NoQuery>,
) -> Result<ShopAnswer<Vec<IssueCountTold>>, Problem> {
    let (shop, now) = (at.shop, at.app.clock.now());
    let found = at.find(&IssueCounts { shop, now }).await?;
    let zone = ShopZone::new(&found.shop.timezone).ok();
    Ok(at.of_shop(found, |rows| {
        rows.into_iter()
            .map(|row| IssueCountTold::new(row, zone.as_ref()))
            .collect()
    }))
}
