//! What a run would do: the vendor is read as in earnest and compared by fingerprint; nothing is written.

use crate::conform::{entity_is_news, is_news, newest, refusal};
use crate::plan::{PlannedShop, SyncPlan};
use crate::retry::{self, StepError};
use crate::stream;
use domain::cache::CacheBatch;
use domain::{Clock, ShopId};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::load::entities::{self, EntityKind, StoredEntity};
use store::load::orders::{self, StoredOrder};
use store::{Database, Identity, Session, StoreError};
use tokio_util::sync::CancellationToken;
use vendors::{Connector, RawRecord, Stream, VendorShopRef};

/// What one stream of one shop would come to.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// Connection's name.
    pub connection: String,
    /// Shop.
    pub shop_id: ShopId,
    /// Stream's name.
    pub stream: &'static str,
    /// Records the vendor sends.
    pub fetched: u64,
    /// Records the warehouse does not have.
    pub created: u64,
    /// Records that differ from those it has.
    pub updated: u64,
    /// Records that are equal, or older.
    pub skipped: u64,
    /// Records that would be refused.
    pub rejected: u64,
}

/// Reads everything a plan covers and counts. Holds no lease: another run may go on beside it.
///
/// # Errors
/// [`StepError`] of the first stream that cannot be read.
pub async fn run(
    database: &Database,
    plan: &SyncPlan,
    clock: &Clock,
    stop: &CancellationToken,
) -> Result<Vec<Preview>, StepError> {
    let mut previews = Vec::new();
    for connection in &plan.connections {
        let connector = Connector::new(connection.settings.clone(), clock.clone())?;
        for shop in &connection.shops {
            let wanted = |stream: &Stream| {
                plan.streams
                    .as_ref()
                    .is_none_or(|only| only.contains(stream))
            };
            for stream in connector.streams().iter().copied().filter(wanted) {
                let look = Look {
                    database,
                    connector: &connector,
                    shop,
                    stream,
                    stop,
                };
                let mut preview = Preview {
                    connection: connection.settings.name.clone(),
                    shop_id: shop.shop_id,
                    stream: stream.as_str(),
                    fetched: 0,
                    created: 0,
                    updated: 0,
                    skipped: 0,
                    rejected: 0,
                };
                look.walk(plan, &mut preview).await?;
                previews.push(preview);
            }
        }
    }
    Ok(previews)
}

/// One stream that is looked at.
struct Look<'a> {
    database: &'a Database,
    connector: &'a Connector,
    shop: &'a PlannedShop,
    stream: Stream,
    stop: &'a CancellationToken,
}

/// What the warehouse holds of the records of a page.
enum Stored {
    Orders(HashMap<i64, StoredOrder>),
    Entities(EntityKind, HashMap<i64, StoredEntity>),
}

impl Look<'_> {
    async fn walk(&self, plan: &SyncPlan, preview: &mut Preview) -> Result<(), StepError> {
        let saved = stream::saved_cursor(self.database, self.shop.shop_id, self.stream).await?;
        let shop = VendorShopRef {
            shop_id: self.shop.shop_id,
            vendor_id: self.shop.vendor_id,
        };
        let mut cursor = self
            .connector
            .begin(self.stream, saved.as_ref(), plan.mode)?;
        // Passes overlap: a record counts as what it was when it came first.
        let mut seen: HashSet<(i64, [u8; 16])> = HashSet::new();
        loop {
            if self.stop.is_cancelled() {
                return Err(StepError::Stopped);
            }
            let step = self.connector.next(shop, &cursor).await?;
            preview.fetched += step.page.records.len() as u64;
            preview.rejected += step.page.rejects.len() as u64;
            for batch in &step.page.batches {
                self.count_cached(batch, preview).await?;
            }
            let records = newest(&step.page.records);
            let ids: Vec<i64> = records.iter().filter_map(|r| r.id).collect();
            let stored = retry::steadily(|| self.stored(&ids)).await?;
            for record in records {
                let again = record.id.is_some_and(|id| !seen.insert((id, record.hash)));
                self.count(shop, record, (&stored, again), preview);
            }
            if step.done {
                return Ok(());
            }
            cursor = step.next;
        }
    }

    /// Rows of the cache: equal by their fingerprints, or not.
    async fn count_cached(
        &self,
        batch: &CacheBatch,
        preview: &mut Preview,
    ) -> Result<(), StepError> {
        let shop = self.shop.shop_id;
        let held = retry::steadily(|| async {
            let session = Session::begin(self.database, &Identity::Sync(shop)).await?;
            let held = store::cache::held(&session, shop, batch).await?;
            session.commit().await?;
            Ok(held)
        })
        .await?;
        for row in &batch.rows {
            preview.fetched += 1;
            match held.get(&row.key) {
                Some(hash) if *hash == row.hash => preview.skipped += 1,
                Some(_) => preview.updated += 1,
                None => preview.created += 1,
            }
        }
        Ok(())
    }

    async fn stored(&self, ids: &[i64]) -> Result<Stored, StoreError> {
        let shop = self.shop.shop_id;
        let session = Session::begin(self.database, &Identity::Sync(shop)).await?;
        let kind = match self.stream {
            Stream::RepairOrders | Stream::Cached(_) => None,
            Stream::Customers => Some(EntityKind::Customer),
            Stream::Vehicles => Some(EntityKind::Vehicle),
            Stream::Employees => Some(EntityKind::Employee),
        };
        let stored = match kind {
            None => Stored::Orders(orders::stored(&session, shop, ids).await?),
            Some(kind) => {
                Stored::Entities(kind, entities::stored(&session, shop, kind, ids).await?)
            }
        };
        session.commit().await?;
        Ok(stored)
    }

    fn count(
        &self,
        shop: VendorShopRef,
        record: &RawRecord,
        (stored, again): (&Stored, bool),
        preview: &mut Preview,
    ) {
        let (held, news) = match (stored, record.id) {
            (_, None) => (false, true),
            (Stored::Orders(stored), Some(id)) => match stored.get(&id) {
                None => (false, true),
                Some(s) => {
                    let news = is_news(record, s.payload_hash, s.updated_at, s.deleted);
                    (true, news)
                }
            },
            (Stored::Entities(kind, stored), Some(id)) => {
                let held = stored.get(&id);
                (held.is_some(), entity_is_news(record, held, *kind))
            }
        };
        if again || !news {
            preview.skipped += 1;
        } else if refusal((self.connector, &shop), self.stream, record).is_some() {
            preview.rejected += 1;
        } else if held {
            preview.updated += 1;
        } else {
            preview.created += 1;
        }
    }
}
