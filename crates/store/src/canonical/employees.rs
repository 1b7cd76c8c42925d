//! `warehouse.employees`: everybody who was ever listed; pay lives in `employee_cost_rates`.

use crate::copy::{CopyRows, Jsonb};
use domain::ShopId;
use domain::record::Employee;
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.employees";

/// Columns in the order of [`put`]; the first two are the key.
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "id",
    "first_name",
    "last_name",
    "email",
    "role",
    "role_code",
    "role_name",
    "status",
    "can_perform_work",
    "certification_number",
    "is_stub",
    "tm_extra",
    "tm_updated_at",
    "payload_hash",
    "last_synced_at",
    "updated_at",
];

/// Appends one employee who is on the vendor's list now.
pub fn put(rows: &mut CopyRows, shop: ShopId, employee: &Employee, hash: &[u8], now: Timestamp) {
    rows.row()
        .put(shop.0)
        .put(employee.id)
        .put(&employee.first_name)
        .put(&employee.last_name)
        .put(&employee.email)
        .put(employee.role_id)
        .put(&employee.role_code)
        .put(&employee.role_name)
        .put("ACTIVE")
        .put(employee.can_perform_work)
        .put(&employee.certification_number)
        .put(false)
        .put(employee.extra.as_deref().map(Jsonb))
        .put(employee.times.updated_at)
        .put(hash)
        .put(now)
        .put(now);
}
