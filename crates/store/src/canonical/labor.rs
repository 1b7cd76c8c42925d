//! `warehouse.job_labor`: labour lines with extended amounts and the rate their cost came from.

use super::parts::LineParent;
use crate::copy::CopyRows;
use domain::line::LaborTotals;
use domain::record::Labor;
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.job_labor";

/// Columns in the order of [`put`].
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "repair_order_id",
    "job_id",
    "line_key",
    "id",
    "name",
    "hours",
    "rate",
    "total",
    "technician_id",
    "cost_rate",
    "labor_cost",
    "rate_source",
    "rate_effective_on",
    "complete",
    "authorized",
    "last_synced_at",
];

/// Appends one line.
pub fn put(
    rows: &mut CopyRows,
    parent: LineParent,
    line: &Labor,
    totals: &LaborTotals,
    now: Timestamp,
) {
    let (shop, order, job, authorized) = parent;
    rows.row()
        .put(shop.0)
        .put(order.0)
        .put(job.0)
        .put(&line.line_key)
        .put(line.id)
        .put(&line.name)
        .put(line.hours)
        .put(line.rate)
        .put(totals.retail)
        .put(line.technician_id.map(|t| t.0))
        .put(totals.rate.hourly_cost)
        .put(totals.cost)
        .put(totals.rate.source.as_str())
        .put(totals.rate.effective_on)
        .put(line.complete)
        .put(authorized)
        .put(now);
}
