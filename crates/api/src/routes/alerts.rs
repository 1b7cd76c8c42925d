//! Alerts: what rules found, and who has taken charge of it.

use super::quality::SeverityName;
use crate::App;
use crate::answer::{PlainAnswer, ShopAnswer};
use crate::ask::{AtShop, Limit, Managed, Query, Write};
use crate::error::Problem;
use domain::catalogue;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::read::alerts::{AcknowledgeAlert, Alert, Alerts};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(alerts))
        .routes(routes!(acknowledge))
}

/// Which alerts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AlertQuery {
    /// Also those acknowledged or resolved; false where it is left out.
    include_closed: Option<bool>,
    /// One severity.
    #[param(inline)]
    severity: Option<SeverityName>,
    /// Rows of a page, 1 to 1000; 50 where it is left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// An alert.
#[derive(Serialize, ToSchema)]
struct AlertTold {
    /// Its number.
    alert_id: i64,
    /// Name of the rule.
    rule: String,
    /// info, warning or critical.
    severity: String,
    /// Name in the metric catalogue.
    metric: Option<String>,
    /// AUTHORIZED, POTENTIAL or DERIVED.
    tag: Option<&'static str>,
    /// Unit of value and threshold; money in cents.
    unit: Option<&'static str>,
    /// Day it is about, in the shop's zone.
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
    /// Advisor or technician concerned.
    subject_id: Option<i64>,
    /// Figure found (decimal text in the unit).
    value: Option<String>,
    /// Figure it was held against (decimal text in the unit).
    threshold: Option<String>,
    /// One sentence.
    message: String,
    /// Further figures.
    #[schema(value_type = Option<serde_json::Value>)]
    details: Option<Value>,
    /// When the rule found it.
    #[schema(value_type = String, format = DateTime)]
    fired_at: Timestamp,
    /// When it was first read.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
    /// When somebody took charge of it.
    #[schema(value_type = Option<String>, format = DateTime)]
    acknowledged_at: Option<Timestamp>,
    /// When the rule no longer found it.
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
}

impl From<Alert> for AlertTold {
    fn from(alert: Alert) -> Self {
        let known = alert.metric.as_deref().and_then(catalogue::find);
        Self {
            alert_id: alert.id,
            rule: alert.rule,
            severity: alert.severity,
            tag: known.map(|metric| metric.tag.as_str()),
            unit: known.map(|metric| metric.unit.as_str()),
            metric: alert.metric,
            date: alert.day,
            subject_id: alert.subject_id,
            value: alert.value,
            threshold: alert.threshold,
            message: alert.message,
            details: alert.details,
            fired_at: alert.fired_at,
            read_at: alert.read_at,
            acknowledged_at: alert.acknowledged_at,
            resolved_at: alert.resolved_at,
        }
    }
}

/// What rules found, newest first
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/alerts",
    operation_id = "listAlerts",
    tag = "alerts",
    params(("shop_id" = i64, Path, description = "The shop"), AlertQuery),
    responses((status = 200, description = "A page of alerts", body = ShopAnswer<Vec<AlertTold>>))
)]
async fn alerts(
    at: AtShop,
    query: Query<AlertQuery>,
) -> Result<ShopAnswer<Vec<AlertTold>>, Problem> {
    let paging = query.paging(&at, query.limit, query.cursor.as_deref())?;
    let reading = Alerts {
        shop: at.shop,
        now: at.app.clock.now(),
        open_only: !query.include_closed.unwrap_or(false),
        severity: query.severity.map(|s| s.as_str().to_owned()),
        after_id: paging.after()?.unwrap_or(i64::MAX),
        limit: Some(paging.fetch()),
    };
    let found = at.find(&reading).await?;
    let page = paging.page(found.content, |alert| alert.id);
    Ok(at
        .page_of_shop(found.shop, page, AlertTold::from)
        .max_age(0))
}

/// Taken charge of.
#[derive(Serialize, ToSchema)]
struct Acknowledged {
    /// The alert.
    alert_id: i64,
    /// When the first who did took charge of it.
    #[schema(value_type = String, format = DateTime)]
    acknowledged_at: Timestamp,
}

/// Takes charge of an alert; for owners and managers
#[utoipa::path(
    post,
    path = "/shops/{shop_id}/alerts/{alert_id}/acknowledge",
    operation_id = "acknowledgeAlert",
    tag = "alerts",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("alert_id" = i64, Path, description = "The alert")
    ),
    responses((status = 200, description = "It is acknowledged", body = PlainAnswer<Acknowledged>))
)]
async fn acknowledge(at: Managed<Write>) -> Result<PlainAnswer<Acknowledged>, Problem> {
    let alert = at.id("alert_id")?;
    let writing = AcknowledgeAlert {
        shop: at.shop,
        alert,
        now: at.app.clock.now(),
    };
    let written = at.app.door.write(at.caller.user, &writing).await?;
    let acknowledged_at = written.ok_or_else(Problem::not_found)?;
    Ok(at.plain(Acknowledged {
        alert_id: alert,
        acknowledged_at,
    }))
}
