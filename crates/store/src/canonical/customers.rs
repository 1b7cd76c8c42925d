//! `warehouse.customers`.

use crate::copy::{CopyRows, Jsonb, TextArray};
use domain::ShopId;
use domain::record::{Customer, Phone};
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "warehouse.customers";

/// Columns in the order of [`put`]; the first two are the key.
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "id",
    "first_name",
    "last_name",
    "company_name",
    "contact_first_name",
    "contact_last_name",
    "email",
    "phones",
    "phone_primary",
    "phone_primary_type",
    "phone_secondary",
    "phone_secondary_type",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "zip",
    "customer_type_id",
    "customer_type_name",
    "ok_for_marketing",
    "ar_eligible",
    "credit_limit",
    "birthday",
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

/// Appends one customer.
pub fn put(rows: &mut CopyRows, shop: ShopId, customer: &Customer, hash: &[u8], now: Timestamp) {
    let phones = phones_json(&customer.phones);
    let primary_at = customer.phones.iter().position(|p| p.primary).unwrap_or(0);
    let primary = customer.phones.get(primary_at);
    let secondary = customer
        .phones
        .iter()
        .enumerate()
        .find(|(at, _)| *at != primary_at)
        .map(|(_, phone)| phone);
    rows.row()
        .put(shop.0)
        .put(customer.id)
        .put(&customer.first_name)
        .put(&customer.last_name)
        .put(&customer.company_name)
        .put(&customer.contact_first_name)
        .put(&customer.contact_last_name)
        .put(TextArray(&customer.email))
        .put(Jsonb(&phones))
        .put(primary.map(|p| p.number.as_str()))
        .put(primary.and_then(|p| p.kind.as_deref()))
        .put(secondary.map(|p| p.number.as_str()))
        .put(secondary.and_then(|p| p.kind.as_deref()))
        .put(&customer.address.line1)
        .put(&customer.address.line2)
        .put(&customer.address.city)
        .put(&customer.address.state)
        .put(&customer.address.zip)
        .put(customer.customer_type_id)
        .put(&customer.customer_type_name)
        .put(customer.ok_for_marketing)
        .put(customer.ar_eligible)
        .put(customer.credit_limit)
        .put(&customer.birthday)
        .put(&customer.notes)
        .put(customer.extra.as_deref().map(Jsonb))
        .put(customer.times.created_at)
        .put(customer.times.updated_at)
        .put(customer.times.deleted_at.is_some())
        .put(customer.times.deleted_at)
        .put(hash)
        .put(now)
        .put(now);
}

fn phones_json(phones: &[Phone]) -> String {
    let list: Vec<_> = phones
        .iter()
        .map(|p| serde_json::json!({"number": p.number, "type": p.kind, "primary": p.primary}))
        .collect();
    serde_json::Value::Array(list).to_string()
}
