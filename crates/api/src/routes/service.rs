//! How the data come in: the streams of a shop, and how all of the caller's shops stand.

use super::shops::NoQuery;
use crate::App;
use crate::answer::{PlainAnswer, ShopAnswer};
use crate::ask::{AtShop, Query, Signed};
use crate::error::Problem;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::sync::Arc;
use store::read::OfShop;
use store::read::service::{OpsSummary, ShopState, StreamState, Streams};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(sync_status))
        .routes(routes!(ops_summary))
}

/// A stream with its last run.
#[derive(Serialize, ToSchema)]
struct StreamTold {
    /// Name.
    stream: String,
    /// When it was last read to its end.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_to_end_at: Option<Timestamp>,
    /// Highest vendor time of change that is committed.
    #[schema(value_type = Option<String>, format = DateTime)]
    vendor_changed_at: Option<Timestamp>,
    /// How the last run went: running, completed, failed, partial or cancelled.
    status: Option<String>,
    /// full, incremental and the like.
    kind: Option<String>,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<Timestamp>,
    /// How long it took (milliseconds).
    duration_ms: Option<i64>,
    /// Records the vendor sent (count).
    fetched_count: Option<i64>,
    /// New ones (count).
    created_count: Option<i64>,
    /// Changed ones (count).
    updated_count: Option<i64>,
    /// Equal ones (count).
    skipped_count: Option<i64>,
    /// Records rejected and calls failed (count).
    error_count: Option<i64>,
}

impl From<StreamState> for StreamTold {
    fn from(state: StreamState) -> Self {
        Self {
            stream: state.stream,
            read_to_end_at: state.read_to_end_at,
            vendor_changed_at: state.vendor_changed_at,
            status: state.status,
            kind: state.kind,
            started_at: state.started_at,
            completed_at: state.completed_at,
            duration_ms: state.duration_ms,
            fetched_count: state.fetched,
            created_count: state.created,
            updated_count: state.updated,
            skipped_count: state.skipped,
            error_count: state.errors,
        }
    }
}

/// How far each stream is, and how its last run went
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/sync/status",
    operation_id = "syncStatus",
    tag = "service",
    params(("shop_id" = i64, Path, description = "The shop"), NoQuery),
    responses((status = 200, description = "The streams", body = ShopAnswer<Vec<StreamTold>>))
)]
async fn sync_status(
    at: AtShop,
    _: Query<NoQuery>,
) -> Result<ShopAnswer<Vec<StreamTold>>, Problem> {
    let (shop, now) = (at.shop, at.app.clock.now());
    let found = at.find(&Streams { shop, now }).await?;
    let answer = at.of_shop(found, |streams| {
        streams.into_iter().map(StreamTold::from).collect()
    });
    Ok(answer.max_age(0))
}

/// How a shop stands.
#[derive(Serialize, ToSchema)]
struct ShopStateTold {
    /// Our number.
    shop_id: i64,
    /// Display name.
    name: String,
    /// IANA zone of its days.
    timezone: String,
    /// When its orders were last read to their end.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// Newest day with metrics, in its zone.
    #[schema(value_type = Option<String>, format = Date)]
    newest_day: Option<Date>,
    /// Runs that failed in the last 24 hours (count).
    failed_run_count: i64,
    /// Runs under way (count).
    running_run_count: i64,
    /// Records that wait for repair (count); 0 for callers who may not see them.
    open_reject_count: i64,
    /// Open data-quality issues (count).
    open_issue_count: i64,
    /// Of these, errors and worse (count).
    serious_issue_count: i64,
    /// Alerts nobody has taken charge of (count).
    open_alert_count: i64,
    /// How the last comparison with the vendor ended: running, ok, repaired, mismatch, failed.
    reconciliation: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    reconciled_at: Option<Timestamp>,
}

impl From<OfShop<ShopState>> for ShopStateTold {
    fn from(row: OfShop<ShopState>) -> Self {
        let (shop, state) = (row.shop, row.content);
        Self {
            shop_id: shop.shop_id.0,
            name: shop.name,
            timezone: shop.timezone,
            as_of: shop.as_of,
            newest_day: state.newest_day,
            failed_run_count: state.failed_runs,
            running_run_count: state.running_runs,
            open_reject_count: state.open_rejects,
            open_issue_count: state.open_issues,
            serious_issue_count: state.serious_issues,
            open_alert_count: state.open_alerts,
            reconciliation: state.reconciliation,
            reconciled_at: state.reconciled_at,
        }
    }
}

/// How every shop of the caller stands: freshness, runs, rejects, issues, completeness
#[utoipa::path(
    get,
    path = "/ops/summary",
    operation_id = "opsSummary",
    tag = "service",
    params(NoQuery),
    responses((status = 200, description = "The shops, by number", body = PlainAnswer<Vec<ShopStateTold>>))
)]
async fn ops_summary(
    signed: Signed,
    _: Query<NoQuery>,
) -> Result<PlainAnswer<Vec<ShopStateTold>>, Problem> {
    let now = signed.app.clock.now();
    let shops = signed.read(&OpsSummary { now }).await?;
    Ok(signed.plain(shops.into_iter().map(ShopStateTold::from).collect()))
}
