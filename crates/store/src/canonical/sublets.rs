//! `warehouse.job_sublets`: work bought from others; hangs on the order.

use crate::copy::{CopyRows, Jsonb};
use domain::cost::CostedSublet;
use domain::record::Sublet;
use domain::{OrderId, ShopId};
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.job_sublets";

/// Columns in the order of [`put`]; `job_id` stays NULL (order level).
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "repair_order_id",
    "line_key",
    "id",
    "name",
    "description",
    "vendor_id",
    "vendor_name",
    "authorized",
    "authorized_date",
    "authorization_state",
    "sold_date",
    "selected",
    "retail",
    "cost",
    "items",
    "last_synced_at",
];

/// Appends one sublet.
pub fn put(
    rows: &mut CopyRows,
    (shop, order): (ShopId, OrderId),
    line: &Sublet,
    costed: &CostedSublet,
    now: Timestamp,
) {
    rows.row()
        .put(shop.0)
        .put(order.0)
        .put(&line.line_key)
        .put(line.id)
        .put(&line.name)
        .put(&line.description)
        .put(line.supplier_id)
        .put(&line.supplier_name)
        .put(line.authorized)
        .put(line.authorized_at)
        .put(costed.authorization.as_str())
        .put(costed.sold_on)
        .put(line.selected)
        .put(costed.revenue)
        .put(costed.cost)
        .put(line.items_json.as_deref().map(Jsonb))
        .put(now);
}
