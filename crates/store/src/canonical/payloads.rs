//! `raw.payloads`: what the vendor sent, as received (share links redacted).

use crate::copy::CopyRows;
use crate::load::Payload;
use domain::{ShopDay, ShopId};
use jiff::Timestamp;

/// Table.
pub const TABLE: &str = "raw.payloads";

/// Columns in the order of [`put`].
pub const COLUMNS: &[&str] = &[
    "shop_id",
    "vendor",
    "entity",
    "entity_id",
    "fetched_at",
    "stored_on",
    "payload_hash",
    "body",
];

/// What a payload is of, and when it was fetched; `stored_on` is the UTC day, which names the partition.
#[derive(Clone, Copy, Debug)]
pub struct PayloadKind<'a> {
    /// Vendor's name.
    pub vendor: &'a str,
    /// `repair_order`, `customer`, …
    pub entity: &'a str,
    /// When.
    pub fetched_at: Timestamp,
    /// The UTC day of it.
    pub stored_on: ShopDay,
}

/// Appends one payload.
pub fn put(rows: &mut CopyRows, shop: ShopId, kind: PayloadKind<'_>, payload: &Payload<'_>) {
    rows.row()
        .put(shop.0)
        .put(kind.vendor)
        .put(kind.entity)
        .put(payload.entity_id)
        .put(kind.fetched_at)
        .put(kind.stored_on)
        .put(&payload.hash[..])
        .put(payload.body);
}
