//! The sweep: months of posted orders against the vendor's own list. What differs is loaded on the way, because
//! the list carries the whole orders; what still differs is recorded with its ids (invariants I1, I10).

use crate::conform::{PageCounts, ShopContext};
use crate::drain;
use crate::retry::StepError;
use crate::stream::{self, Run};
use domain::{Cents, ShopDay};
use jiff::ToSpan;
use std::collections::BTreeSet;
use store::reconcile::{self, Comparison};
use store::{Identity, Session};
use vendors::Stream;

/// A shop is compared again after so many days.
const EVERY_DAYS: i64 = 7;
/// Months compared: this one and those before it; late edits reach no further in all but rare cases (B-20).
const MONTHS: i32 = 3;
/// More pages than a month of one shop can have.
const PAGES_AT_MOST: u32 = 500;

/// Compares the recent months of a shop, if that is due.
///
/// # Errors
/// [`StepError`] when either side fails; the next run tries again.
pub async fn sweep_if_due(run: &Run<'_>, counts: &mut PageCounts) -> Result<(), StepError> {
    let shop = run.context.shop.shop_id;
    let now = run.clock.now();
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    let last = reconcile::last_run(&session, shop).await?;
    session.commit().await?;
    if last.is_some_and(|at| now.duration_since(at).as_hours() < EVERY_DAYS * 24) {
        return Ok(());
    }
    let today = run.context.zone.day_of(now);
    for back in 0..MONTHS {
        if run.stop.is_cancelled() {
            return Err(StepError::Stopped);
        }
        let month = today.first_of_month().saturating_sub(back.months());
        compare_month(run, month, counts).await?;
    }
    Ok(())
}

async fn compare_month(
    run: &Run<'_>,
    month: ShopDay,
    counts: &mut PageCounts,
) -> Result<(), StepError> {
    let ShopContext {
        shop,
        zone,
        connector,
        ..
    } = run.context;
    let next = month.last_of_month().saturating_add(1.day());
    let window = zone
        .interval(month)
        .zip(zone.interval(next))
        .map(|((from, _), (to, _))| (from, to));
    let Some(window) = window else { return Ok(()) };
    let mut theirs: BTreeSet<i64> = BTreeSet::new();
    let mut expected_sum = Cents::ZERO;
    let mut repaired = false;
    for page in 0..PAGES_AT_MOST {
        let posted = connector.posted(*shop, window, page).await?;
        for record in &posted.records {
            let Ok(decoded) = connector.decode_order(shop, record) else {
                continue;
            };
            let order = decoded.record;
            if !order.is_deleted() && order.status.is_posted() && theirs.insert(order.id.0) {
                let vendor = &order.vendor;
                expected_sum +=
                    vendor.total_sales.unwrap_or_default() - vendor.taxes.unwrap_or_default();
            }
        }
        let loaded = stream::load_beside(run, (Stream::RepairOrders, &posted.records)).await?;
        repaired |= loaded.loaded.created + loaded.loaded.updated > 0;
        counts.add(PageCounts {
            fetched: 0,
            skipped: 0,
            ..loaded
        });
        if !posted.more {
            break;
        }
    }
    // Ours that the vendor does not list: moved to another month, unposted or deleted; each is asked for by id.
    let ours = held_after_drain(run, month).await?;
    for id in ours.ids.iter().filter(|id| !theirs.contains(id)) {
        if let Some(record) = connector
            .fetch_one(*shop, Stream::RepairOrders, *id)
            .await?
        {
            let loaded = stream::load_beside(run, (Stream::RepairOrders, &[record])).await?;
            repaired |= loaded.loaded.created + loaded.loaded.updated > 0;
        }
    }
    let ours = held_after_drain(run, month).await?;
    let held: BTreeSet<i64> = ours.ids.iter().copied().collect();
    let comparison = Comparison {
        month,
        counts: (count(theirs.len()), count(held.len())),
        sums: (expected_sum, ours.net_sales),
        missing: theirs.symmetric_difference(&held).copied().collect(),
        repaired,
    };
    let session = Session::begin(run.database, &Identity::Sync(shop.shop_id)).await?;
    let status = reconcile::record(&session, shop.shop_id, &comparison, run.clock.now()).await?;
    session.commit().await?;
    if status != "ok" {
        tracing::warn!(shop.id = shop.shop_id.0, %month, status, "the sweep found a difference to the vendor's list");
    }
    Ok(())
}

/// Sums are compared after the orders just loaded have been summed.
async fn held_after_drain(run: &Run<'_>, month: ShopDay) -> Result<reconcile::Held, StepError> {
    let shop = run.context.shop.shop_id;
    drain::drain_shop(run.database, shop, run.clock, run.stop).await?;
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    let held = reconcile::held(&session, shop, month).await?;
    session.commit().await?;
    Ok(held)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
