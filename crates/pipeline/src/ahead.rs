//! Decoding a page while the page before it is being written: the database works then, and this process waits.

use crate::conform::is_news;
use domain::record::RepairOrder;
use std::collections::HashMap;
use store::load::orders;
use store::{Database, Identity, Session, StoreError};
use vendors::{Connector, Decoded, RawRecord, Stream, VendorShopRef};

/// What is known of a page before its transaction begins. Only a help: whether a record is news is decided in the
/// transaction, and what is missing here is decoded there.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Orders by the fingerprint of the record they were decoded from.
    orders: HashMap<[u8; 16], Decoded<RepairOrder>>,
}

impl Ahead {
    /// The order that this very record says, if it was decoded.
    pub fn order(&self, record: &RawRecord) -> Option<&Decoded<RepairOrder>> {
        self.orders.get(&record.hash)
    }
}

/// Decodes the orders of a page that the warehouse does not hold as they are.
///
/// # Errors
/// [`StoreError`] when the stored fingerprints cannot be read.
pub async fn decode(
    database: &Database,
    (connector, shop): (&Connector, &VendorShopRef),
    (stream, records): (Stream, &[RawRecord]),
) -> Result<Ahead, StoreError> {
    let mut ahead = Ahead::default();
    if stream != Stream::RepairOrders || records.is_empty() {
        return Ok(ahead);
    }
    let ids: Vec<i64> = records.iter().filter_map(|record| record.id).collect();
    let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
    let stored = orders::stored(&session, shop.shop_id, &ids).await?;
    session.commit().await?;
    for record in records {
        let held = record.id.and_then(|id| stored.get(&id));
        let news = held.is_none_or(|s| is_news(record, s.payload_hash, s.updated_at, s.deleted));
        if news && let Ok(order) = connector.decode_order(shop, record) {
            ahead.orders.insert(record.hash, order);
        }
    }
    Ok(ahead)
}
