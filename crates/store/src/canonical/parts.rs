//! `warehouse.job_parts`: part lines with their extended amounts.

use crate::copy::{CopyRows, Jsonb};
use domain::line::PartTotals;
use domain::record::Part;
use domain::{JobId, OrderId, ShopId};
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.job_parts";

/// Columns in the order of [`put`].
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "repair_order_id",
    "job_id",
    "line_key",
    "id",
    "name",
    "part_number",
    "description",
    "manufacturer",
    "quantity",
    "retail",
    "cost",
    "total",
    "cost_total",
    "missing_cost",
    "authorized",
    "part_type",
    "part_type_id",
    "tire",
    "last_synced_at",
];

/// Where a line hangs: shop, order, job, and whether that job is authorized.
pub type LineParent = (ShopId, OrderId, JobId, bool);

/// Appends one line.
pub fn put(
    rows: &mut CopyRows,
    parent: LineParent,
    line: &Part,
    totals: &PartTotals,
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
        .put(&line.part_number)
        .put(&line.description)
        .put(&line.manufacturer)
        .put(line.quantity)
        .put(line.retail)
        .put(line.cost)
        .put(totals.retail)
        .put(totals.cost)
        .put(totals.missing_cost)
        .put(authorized)
        .put(&line.part_type)
        .put(line.part_type_id)
        .put(line.tire.as_deref().map(Jsonb))
        .put(now);
}
