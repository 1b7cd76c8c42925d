//! `warehouse.employee_records` and `warehouse.employee_private`: everybody who was ever listed, in two tables because
//! not everybody in the shop may see all of it. What an hour costs lives in `employee_cost_rates`.

use crate::copy::{CopyRows, Jsonb};
use domain::ShopId;
use domain::record::Employee;
use jiff::Timestamp;

/// What the whole shop may know.
pub const TABLE: &str = "warehouse.employee_records";

/// Columns in the order of [`put`]; the first two are the key.
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "id",
    "first_name",
    "last_name",
    "role",
    "role_code",
    "role_name",
    "status",
    "can_perform_work",
    "certification_number",
    "is_stub",
    "tm_updated_at",
    "payload_hash",
    "last_synced_at",
    "updated_at",
];

/// What only owners and managers may know.
pub const PRIVATE_TABLE: &str = "warehouse.employee_private";

/// Columns in the order of [`put_private`]; the first two are the key, the last one says when.
pub const PRIVATE_COLUMNS: &[&str] = &["shop_id", "id", "email", "tm_extra", "updated_at"];

/// Appends one employee who is on the vendor's list now; one the vendor calls gone is INACTIVE.
pub fn put(rows: &mut CopyRows, shop: ShopId, employee: &Employee, hash: &[u8], now: Timestamp) {
    rows.row()
        .put(shop.0)
        .put(employee.id)
        .put(&employee.first_name)
        .put(&employee.last_name)
        .put(employee.role_id)
        .put(&employee.role_code)
        .put(&employee.role_name)
        .put(if employee.times.deleted_at.is_some() {
            "INACTIVE"
        } else {
            "ACTIVE"
        })
        .put(employee.can_perform_work)
        .put(&employee.certification_number)
        .put(false)
        .put(employee.times.updated_at)
        .put(hash)
        .put(now)
        .put(now);
}

/// Appends the same employee's private part.
pub fn put_private(rows: &mut CopyRows, shop: ShopId, employee: &Employee, now: Timestamp) {
    rows.row()
        .put(shop.0)
        .put(employee.id)
        .put(&employee.email)
        .put(employee.extra.as_deref().map(Jsonb))
        .put(now);
}
