//! Orders whose sums the vendor had not finished when they were read (quirk B-19): read once more after a minute.
//! Those that still disagree keep their issue `vendor_sum_mismatch`.

use crate::lease;
use crate::plan::PlannedShop;
use crate::retry::{self, StepError};
use crate::stream::{self, Run};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use store::{Database, Identity, Session, StoreError, reconcile};
use vendors::Stream;

/// An order that changed longer ago has settled: its sums are wrong for another reason.
const RECENT: SignedDuration = SignedDuration::from_mins(15);
/// Orders read again in one run.
const ORDERS_AT_MOST: i64 = 50;

/// Orders that this run, begun at `began`, found in disagreement with themselves.
///
/// # Errors
/// [`StoreError`] after the retries.
pub async fn late(
    database: &Database,
    shop: &PlannedShop,
    (began, now): (Timestamp, Timestamp),
) -> Result<Vec<i64>, StoreError> {
    let id = shop.shop_id;
    retry::steadily(|| async move {
        let session = Session::begin(database, &Identity::Sync(id)).await?;
        let orders =
            reconcile::unsettled(&session, id, (began, now - RECENT), ORDERS_AT_MOST).await?;
        session.commit().await?;
        Ok(orders)
    })
    .await
}

/// Waits, and reads these orders once more under the stream's lease. Gives how many had changed.
///
/// # Errors
/// [`StepError`] of either side; the next run reads changed orders anyway.
pub async fn read_again(
    run: &Run<'_>,
    orders: &[i64],
    settling_time: Duration,
) -> Result<u64, StepError> {
    tokio::select! {
        () = tokio::time::sleep(settling_time) => {}
        () = run.stop.cancelled() => return Ok(0),
    }
    let work = async {
        let mut changed = 0;
        for id in orders {
            let shop = run.context.shop;
            let connector = run.context.connector;
            if let Some(record) = connector.fetch_one(shop, Stream::RepairOrders, *id).await? {
                let records = (Stream::RepairOrders, &[record][..]);
                let loaded = stream::load_beside(run, records).await?.loaded;
                changed += loaded.created + loaded.updated;
            }
        }
        Ok(changed)
    };
    lease::hold(run.database, run.lease, work).await
}
