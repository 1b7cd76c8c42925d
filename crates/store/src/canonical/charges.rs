//! `warehouse.job_fees` and `warehouse.job_discounts`: named amounts of a job or of the order itself.

use crate::copy::CopyRows;
use domain::fee::FeeKind;
use domain::record::Charge;
use domain::{JobId, OrderId, ShopId};
use jiff::Timestamp;

/// Table of fees.
pub const FEES_TABLE: &str = "warehouse.job_fees";

/// Columns of fees in the order of [`put_fee`].
pub const FEES_COLUMNS: &[&str] = &[
    "shop_id",
    "repair_order_id",
    "job_id",
    "scope",
    "line_key",
    "id",
    "name",
    "fee_type",
    "total",
    "last_synced_at",
];

/// Table of discounts.
pub const DISCOUNTS_TABLE: &str = "warehouse.job_discounts";

/// Columns of discounts in the order of [`put_discount`].
pub const DISCOUNTS_COLUMNS: &[&str] = &[
    "shop_id",
    "repair_order_id",
    "job_id",
    "scope",
    "line_key",
    "id",
    "name",
    "total",
    "last_synced_at",
];

/// Where a charge hangs: on a job, or (no job) on the order.
pub type ChargeParent = (ShopId, OrderId, Option<JobId>);

/// Appends one fee.
pub fn put_fee(rows: &mut CopyRows, parent: ChargeParent, fee: &Charge, now: Timestamp) {
    head(rows, parent, fee)
        .put(&fee.name)
        .put(FeeKind::of_name(&fee.name).as_str())
        .put(fee.total)
        .put(now);
}

/// Appends one discount.
pub fn put_discount(rows: &mut CopyRows, parent: ChargeParent, discount: &Charge, now: Timestamp) {
    head(rows, parent, discount)
        .put(&discount.name)
        .put(discount.total)
        .put(now);
}

fn head<'a>(rows: &'a mut CopyRows, parent: ChargeParent, charge: &Charge) -> &'a mut CopyRows {
    let (shop, order, job) = parent;
    rows.row()
        .put(shop.0)
        .put(order.0)
        .put(job.map(|j| j.0))
        .put(if job.is_some() { "job" } else { "ro" })
        .put(&charge.line_key)
        .put(charge.id)
}
