//! From dirty orders to snapshots, from dirty days to daily metrics. Cost follows what changed.

use crate::report::Drained;
use crate::retry;
use domain::{Clock, ShopId};
use store::models;
use store::{Database, Identity, Session, StoreError, queue};
use tokio_util::sync::CancellationToken;

/// Orders summed in one transaction.
const ORDERS_AT_ONCE: u64 = 2_000;
/// Days summed in one transaction.
const DAYS_AT_ONCE: u64 = 400;

/// Works a shop's dirty queue off. Killed anywhere, the marks are still there.
///
/// # Errors
/// [`StoreError`] after the retries; what was committed before stays.
pub async fn drain_shop(
    database: &Database,
    shop: ShopId,
    clock: &Clock,
    stop: &CancellationToken,
) -> Result<Drained, StoreError> {
    drain_telling(database, (shop, clock), stop, async |_| ()).await
}

/// The same; `tell` hears after every transaction what has been done so far.
pub(crate) async fn drain_telling(
    database: &Database,
    (shop, clock): (ShopId, &Clock),
    stop: &CancellationToken,
    tell: impl AsyncFn(Drained),
) -> Result<Drained, StoreError> {
    let mut total = Drained::default();
    while !stop.is_cancelled() {
        let step = retry::steadily(|| drain_once(database, shop, clock)).await?;
        total += step;
        tell(total).await;
        if !step.is_full() {
            break;
        }
    }
    Ok(total)
}

impl Drained {
    /// Whether a transaction took as much as it may: then there may be more.
    const fn is_full(&self) -> bool {
        self.orders >= ORDERS_AT_ONCE || self.days >= DAYS_AT_ONCE
    }
}

/// One transaction: a batch of orders, and days once no order is left.
async fn drain_once(
    database: &Database,
    shop: ShopId,
    clock: &Clock,
) -> Result<Drained, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    models::lock_metrics(&session, shop).await?;
    session.plan_by_keys();
    let now = clock.now();
    let mut drained = Drained::default();
    let orders = queue::claim_orders(&session, shop, ORDERS_AT_ONCE).await?;
    if !orders.is_empty() {
        let changes = models::snapshot_orders(&session, shop, &orders, now).await?;
        queue::release_orders(&session, shop, &orders).await?;
        drained.orders = orders.len() as u64;
        drained.snapshots_created = changes.created;
        drained.snapshots_revised = changes.revised;
        drained.snapshots_superseded = changes.superseded;
    }
    if drained.orders < ORDERS_AT_ONCE {
        let days = queue::take_days(&session, shop, DAYS_AT_ONCE).await?;
        if !days.is_empty() {
            drained.day_rows_changed = models::sum_days(&session, shop, &days, now).await?;
            drained.days = days.len() as u64;
        }
    }
    session.commit().await?;
    Ok(drained)
}
