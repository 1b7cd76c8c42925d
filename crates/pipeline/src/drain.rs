//! From dirty orders to snapshots, from dirty days to daily metrics. Cost follows what changed.

use crate::report::Drained;
use crate::retry;
use domain::{Clock, ShopId};
use store::models::{self, Selection};
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
    let mut total = Drained::default();
    while !stop.is_cancelled() {
        let step = retry::steadily(|| drain_once(database, shop, clock)).await?;
        total += step;
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

/// Builds the snapshots of a selection again, and their days.
///
/// # Errors
/// As [`drain_shop`].
pub async fn build_snapshots(
    database: &Database,
    shop: ShopId,
    selection: Selection,
    clock: &Clock,
    stop: &CancellationToken,
) -> Result<Drained, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    models::mark_selection(&session, shop, selection, clock.now()).await?;
    session.commit().await?;
    drain_shop(database, shop, clock, stop).await
}

/// Sums the days of a selection again.
///
/// # Errors
/// As [`drain_shop`].
pub async fn rebuild_days(
    database: &Database,
    shop: ShopId,
    selection: Selection,
    clock: &Clock,
    stop: &CancellationToken,
) -> Result<Drained, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    models::mark_selected_days(&session, shop, selection, clock.now()).await?;
    session.commit().await?;
    drain_shop(database, shop, clock, stop).await
}
