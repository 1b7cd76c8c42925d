//! `reconciliation_runs`: our rows against the vendor's own list, month by month.

use crate::error::StoreError;
use crate::session::Session;
use domain::{Cents, ShopDay, ShopId};
use jiff::Timestamp;

/// What we hold of a month: ids of orders on the books, and their net sales.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Orders posted in the month.
    pub ids: Vec<i64>,
    /// Σ net sales.
    pub net_sales: Cents,
}

/// Reads it; `month` is its first day, shop-local.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn held(session: &Session, shop: ShopId, month: ShopDay) -> Result<Held, StoreError> {
    let rows = session
        .prepared(
            "select id, net_sales from warehouse.repair_orders \
             where shop_id = $1 and posted_date between $2 and $3 \
             and status in ('POSTED', 'ACCRECV') and not is_deleted",
            &[&shop.0, &month, &month.last_of_month()],
        )
        .await?;
    let ids = rows.iter().map(|row| row.get(0)).collect();
    let net_sales = rows.iter().map(|row| Cents(row.get(1))).sum();
    Ok(Held { ids, net_sales })
}

/// Orders whose vendor sums were found to disagree with their lines since an instant, and that changed at the vendor
/// only lately: the vendor may still be adding up (quirk B-19).
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn unsettled(
    session: &Session,
    shop: ShopId,
    (since, changed_since): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let rows = session
        .prepared(
            "select i.entity_id from warehouse.data_quality_issues i \
             join warehouse.repair_orders o on o.shop_id = i.shop_id and o.id = i.entity_id \
             where i.shop_id = $1 and i.entity_type = 'repair_order' and i.code = 'vendor_sum_mismatch' \
             and i.resolved_at is null and i.first_seen_at >= $2 \
             and coalesce(o.updated_date, o.created_date) >= $3 order by i.entity_id limit $4",
            &[&shop.0, &since, &changed_since, &limit],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// When a shop was last compared; `None` for never.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn last_run(session: &Session, shop: ShopId) -> Result<Option<Timestamp>, StoreError> {
    let rows = session
        .prepared(
            "select max(started_at) from warehouse.reconciliation_runs where shop_id = $1",
            &[&shop.0],
        )
        .await?;
    Ok(rows.first().and_then(|row| row.get(0)))
}

/// The comparison of one month.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// First day of the month.
    pub month: ShopDay,
    /// Orders at the vendor and here.
    pub counts: (i64, i64),
    /// Σ(total − tax) at the vendor and Σ net sales here.
    pub sums: (Cents, Cents),
    /// Ids that stand on one side only.
    pub missing: Vec<i64>,
    /// Something differed before the sweep loaded it.
    pub repaired: bool,
}

/// Records a comparison; returns its status: `ok`, `repaired` or `mismatch`.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn record(
    session: &Session,
    shop: ShopId,
    found: &Comparison,
    now: Timestamp,
) -> Result<&'static str, StoreError> {
    let equal = found.missing.is_empty() && found.sums.0 == found.sums.1;
    let status = match (equal, found.repaired) {
        (true, false) => "ok",
        (true, true) => "repaired",
        (false, _) => "mismatch",
    };
    session
        .prepared(
            "insert into warehouse.reconciliation_runs (shop_id, entity_type, month, status, expected_count, \
               actual_count, expected_sum, actual_sum, missing_ids, started_at, completed_at) \
             values ($1, 'repair_orders', $2, $3, $4, $5, $6, $7, $8, $9, $9)",
            &[
                &shop.0,
                &found.month,
                &status,
                &found.counts.0,
                &found.counts.1,
                &found.sums.0.0,
                &found.sums.1.0,
                &found.missing,
                &now,
            ],
        )
        .await?;
    Ok(status)
}
