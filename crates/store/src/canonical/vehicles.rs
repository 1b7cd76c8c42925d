//! `warehouse.vehicles`.

use crate::copy::{CopyRows, Jsonb};
use domain::ShopId;
use domain::record::Vehicle;
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.vehicles";

/// Columns in the order of [`put`]; the first two are the key.
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "id",
    "customer_id",
    "year",
    "make",
    "model",
    "sub_model",
    "engine",
    "transmission",
    "drive_type",
    "body_style",
    "body_type",
    "vin",
    "license_plate",
    "license_state",
    "unit_number",
    "color",
    "odometer",
    "notes",
    "tm_extra",
    "tm_created_at",
    "tm_updated_at",
    "is_deleted",
    "deleted_at",
    "payload_hash",
    "last_synced_at",
    "updated_at",
];

/// Appends one vehicle.
pub fn put(rows: &mut CopyRows, shop: ShopId, vehicle: &Vehicle, hash: &[u8], now: Timestamp) {
    rows.row()
        .put(shop.0)
        .put(vehicle.id)
        .put(vehicle.customer_id.map(|c| c.0))
        .put(vehicle.year)
        .put(&vehicle.make)
        .put(&vehicle.model)
        .put(&vehicle.sub_model)
        .put(&vehicle.engine)
        .put(&vehicle.transmission)
        .put(&vehicle.drive_type)
        .put(&vehicle.body_type)
        .put(&vehicle.body_type)
        .put(&vehicle.vin)
        .put(&vehicle.license_plate)
        .put(&vehicle.license_state)
        .put(&vehicle.unit_number)
        .put(&vehicle.color)
        .put(vehicle.odometer)
        .put(&vehicle.notes)
        .put(vehicle.extra.as_deref().map(Jsonb))
        .put(vehicle.times.created_at)
        .put(vehicle.times.updated_at)
        .put(vehicle.times.deleted_at.is_some())
        .put(vehicle.times.deleted_at)
        .put(hash)
        .put(now)
        .put(now);
}
