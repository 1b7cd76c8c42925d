//! `warehouse.jobs`: a job with the sums of its lines.

use crate::copy::{CopyRows, Jsonb};
use domain::cost::CostedJob;
use domain::record::Job;
use domain::{Authorization, OrderId, ShopId};
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.jobs";

/// Columns in the order of [`put`].
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "id",
    "repair_order_id",
    "name",
    "description",
    "job_category_name",
    "canned_job_id",
    "authorized",
    "authorized_date",
    "authorization_state",
    "sold_date",
    "sold_date_estimated",
    "declined",
    "declined_date",
    "selected",
    "archived",
    "technician_id",
    "logged_hours",
    "completed_at",
    "sort_order",
    "discount_total",
    "parts_total",
    "parts_cost",
    "labor_total",
    "labor_hours",
    "labor_cost",
    "fees_total",
    "job_revenue",
    "job_cost",
    "job_profit",
    "labor_line_count",
    "labor_lines_assigned",
    "labor_lines_shop_avg",
    "labor_lines_default",
    "part_line_count",
    "missing_cost_count",
    "vendor_subtotal",
    "tm_extra",
    "created_date",
    "updated_date",
    "last_synced_at",
    "updated_at",
];

/// Appends one job.
pub fn put(
    rows: &mut CopyRows,
    (shop, order): (ShopId, OrderId),
    job: &Job,
    costed: &CostedJob,
    now: Timestamp,
) {
    let sums = &costed.sums;
    let declined = costed.authorization == Authorization::Declined;
    let [assigned, shop_avg, by_default] = sums.labor_lines;
    rows.row()
        .put(shop.0)
        .put(job.id.0)
        .put(order.0)
        .put(&job.name)
        .put(&job.description)
        .put(&job.category_name)
        .put(job.canned_job_id)
        .put(job.authorized)
        .put(job.authorized_at)
        .put(costed.authorization.as_str())
        .put(costed.sold_on)
        .put(costed.sold_estimated)
        .put(declined)
        .put(job.authorized_at.filter(|_| declined))
        .put(job.selected)
        .put(job.archived)
        .put(job.technician_id.map(|t| t.0))
        .put(job.logged_hours)
        .put(job.completed_at)
        .put(job.sort_order)
        .put(sums.discount_total)
        .put(sums.parts_total)
        .put(sums.parts_cost)
        .put(sums.labor_total)
        .put(sums.labor_hours)
        .put(sums.labor_cost)
        .put(sums.fees_total)
        .put(sums.revenue())
        .put(sums.cost())
        .put(sums.profit())
        .put(assigned + shop_avg + by_default)
        .put(assigned)
        .put(shop_avg)
        .put(by_default)
        .put(sums.part_line_count)
        .put(sums.missing_cost_count)
        .put(job.vendor_subtotal)
        .put(job.extra.as_deref().map(Jsonb))
        .put(job.created_at)
        .put(job.updated_at)
        .put(now)
        .put(now);
}
