//! `raw.payloads`: what the vendor sent, as received (share links redacted).

use super::Payload;
use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What a set of payloads is of, and when it was fetched.
#[derive(Clone, Copy, Debug)]
pub struct PayloadKind<'a> {
    /// Shop.
    pub shop: ShopId,
    /// Vendor's name.
    pub vendor: &'a str,
    /// `repair_order`, `customer`, …
    pub entity: &'a str,
    /// When.
    pub fetched_at: Timestamp,
}

impl PayloadKind<'_> {
    /// The UTC day, which names the partition.
    fn stored_on(&self) -> ShopDay {
        self.fetched_at.to_zoned(TimeZone::UTC).date()
    }
}

/// Stores payloads. They go in as arrays, not through a stage: a few long texts, not many short rows.
///
/// # Errors
/// [`StoreError`] when the database refuses, for one because a body is no JSON.
pub async fn write(
    session: &Session,
    kind: PayloadKind<'_>,
    payloads: &[Payload<'_>],
) -> Result<(), StoreError> {
    if payloads.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = payloads.iter().map(|p| p.entity_id).collect();
    let hashes: Vec<Vec<u8>> = payloads.iter().map(|p| p.hash.to_vec()).collect();
    let bodies: Vec<String> = payloads.iter().map(|p| p.body.to_owned()).collect();
    let parameters: Vec<Param> = vec![
        Box::new(kind.shop.0),
        Box::new(kind.vendor.to_owned()),
        Box::new(kind.entity.to_owned()),
        Box::new(kind.fetched_at),
        Box::new(kind.stored_on()),
        Box::new(ids),
        Box::new(hashes),
        Box::new(bodies),
    ];
    session
        .dispatch(
            "insert into raw.payloads \
               (shop_id, vendor, entity, entity_id, fetched_at, stored_on, payload_hash, body) \
             select $1, $2, $3, p.id, $4, $5, p.hash, p.body::json \
             from unnest($6::bigint[], $7::bytea[], $8::text[]) as p (id, hash, body)",
            parameters,
        )
        .await
}

/// A record that goes A, B, A within a day would store A twice under one key: the earlier A goes.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn forget_same_day(
    session: &Session,
    kind: PayloadKind<'_>,
    payloads: &[Payload<'_>],
) -> Result<(), StoreError> {
    if payloads.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = payloads.iter().map(|p| p.entity_id).collect();
    let hashes: Vec<Vec<u8>> = payloads.iter().map(|p| p.hash.to_vec()).collect();
    let parameters: Vec<Param> = vec![
        Box::new(kind.shop.0),
        Box::new(kind.entity.to_owned()),
        Box::new(kind.stored_on()),
        Box::new(ids),
        Box::new(hashes),
    ];
    // The ids by themselves are what the primary key is searched by.
    session
        .dispatch(
            "delete from raw.payloads where shop_id = $1 and entity = $2 and stored_on = $3 \
             and entity_id = any($4) \
             and (entity_id, payload_hash) in (select * from unnest($4::bigint[], $5::bytea[]))",
            parameters,
        )
        .await
}

/// The newest payload of each record of a kind, in order of the id, after `after`, at most `limit`.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn newest(
    session: &Session,
    shop: ShopId,
    entity: &str,
    (after, limit): (i64, i64),
) -> Result<Vec<(i64, String)>, StoreError> {
    let rows = session
        .prepared(
            "select distinct on (entity_id) entity_id, body::text from raw.payloads \
             where shop_id = $1 and entity = $2 and entity_id > $3 and entity_id <= (\
               select coalesce(max(id), $3) from (select distinct entity_id as id from raw.payloads \
                 where shop_id = $1 and entity = $2 and entity_id > $3 order by id limit $4) batch) \
             order by entity_id, fetched_at desc",
            &[&shop.0, &entity, &after, &limit],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
