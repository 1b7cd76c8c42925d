//! Drift: a rebuild that should have changed nothing did. One issue a shop, resolved by the next rebuild that is clean.

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::ShopId;
use jiff::Timestamp;
use serde_json::json;

/// Rows that a rebuild wrote although nothing was marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// Snapshots created, revised or superseded.
    pub snapshots: u64,
    /// Rows of the daily tables.
    pub day_rows: u64,
}

impl Drift {
    /// Whether nothing was written.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.snapshots == 0 && self.day_rows == 0
    }
}

/// Raises the shop's issue `metric_drift`, or resolves it.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn record(
    session: &Session,
    shop: ShopId,
    drift: Drift,
    now: Timestamp,
) -> Result<(), StoreError> {
    if drift.is_none() {
        let parameters: Vec<Param> = vec![Box::new(shop.0), Box::new(now)];
        return session
            .dispatch(
                "update warehouse.data_quality_issues set resolved_at = $2 \
                 where shop_id = $1 and entity_type = 'shop' and entity_id = $1 and code = 'metric_drift' \
                 and resolved_at is null",
                parameters,
            )
            .await;
    }
    let details = json!({ "snapshots": drift.snapshots, "day_rows": drift.day_rows });
    let parameters: Vec<Param> = vec![Box::new(shop.0), Box::new(details), Box::new(now)];
    session
        .dispatch(
            "insert into warehouse.data_quality_issues \
               (shop_id, entity_type, entity_id, code, severity, details, first_seen_at, last_seen_at) \
             values ($1, 'shop', $1, 'metric_drift', 'critical', $2, $3, $3) \
             on conflict (shop_id, entity_type, entity_id, code) do update set \
               details = excluded.details, last_seen_at = excluded.last_seen_at, resolved_at = null",
            parameters,
        )
        .await
}
