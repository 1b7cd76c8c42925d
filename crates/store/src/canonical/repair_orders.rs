//! `warehouse.repair_orders`: the columns the loader fills. Order sums are filled by `db/models/snapshot/order_sums.sql`.

use crate::copy::{CopyRows, Jsonb};
use crate::load::OrderRow;
use domain::ShopId;
use domain::cost::CALC_VERSION;
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.repair_orders";

/// Columns in the order of [`put`]; the first two are the key.
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "id",
    "ro_number",
    "status",
    "status_id",
    "customer_id",
    "vehicle_id",
    "service_advisor_id",
    "technician_id",
    "created_date",
    "updated_date",
    "posted_at",
    "completed_at",
    "posted_date",
    "completed_date",
    "promised_date",
    "vendor_labor_sales",
    "vendor_parts_sales",
    "vendor_sublet_sales",
    "vendor_fee_total",
    "vendor_discount_total",
    "vendor_taxes",
    "vendor_total_sales",
    "amount_paid",
    "label",
    "label_id",
    "custom_label",
    "keytag",
    "color",
    "customer_concern",
    "tech_notes",
    "lead_source",
    "appointment_id",
    "miles_in",
    "miles_out",
    "estimate_shared_at",
    "inspection_shared_at",
    "invoice_shared_at",
    "is_deleted",
    "deleted_at",
    "tm_extra",
    "tm_updated_at",
    "payload_hash",
    "figures_hash",
    "input_hash",
    "source",
    "calc_version",
    "last_synced_at",
    "updated_at",
];

/// Appends one order.
pub fn put(rows: &mut CopyRows, shop: ShopId, row: &OrderRow<'_>, now: Timestamp) {
    let (order, costed) = (row.order, row.costed);
    let vendor = &order.vendor;
    rows.row()
        .put(shop.0)
        .put(order.id.0)
        .put(order.number)
        .put(order.status.as_str())
        .put(order.status_id)
        .put(order.customer_id.map(|c| c.0))
        .put(order.vehicle_id.map(|v| v.0))
        .put(order.advisor_id.map(|a| a.0))
        .put(order.technician_id.map(|t| t.0))
        .put(order.created_at)
        .put(order.updated_at)
        .put(order.posted_at)
        .put(order.completed_at)
        .put(costed.posted_on)
        .put(costed.completed_on)
        .put(order.promised_at)
        .put(vendor.labor_sales)
        .put(vendor.parts_sales)
        .put(vendor.sublet_sales)
        .put(vendor.fee_total)
        .put(vendor.discount_total)
        .put(vendor.taxes)
        .put(vendor.total_sales)
        .put(order.amount_paid)
        .put(&order.label)
        .put(order.label_id)
        .put(&order.custom_label)
        .put(&order.keytag)
        .put(&order.color)
        .put(&order.customer_concern)
        .put(&order.tech_notes)
        .put(&order.lead_source)
        .put(order.appointment_id)
        .put(order.miles_in)
        .put(order.miles_out)
        .put(order.estimate_shared_at)
        .put(order.inspection_shared_at)
        .put(order.invoice_shared_at)
        .put(order.is_deleted())
        .put(order.deleted_at)
        .put(order.extra.as_deref().map(Jsonb))
        .put(order.updated_at)
        .put(&row.payload.hash[..])
        .put(&costed.figures_hash[..])
        .put(&costed.input_hash[..])
        .put("official")
        .put(CALC_VERSION)
        .put(now)
        .put(now);
}
