//! What follows a change: one order until it shows in every day metric, and a sync's worth of orders.

use super::{Bench, History};
use crate::report::Figure;
use crate::scratch::{Lap, Scratch};
use anyhow::{Context as _, ensure};
use domain::ShopId;
use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use hdrhistogram::Histogram;
use pipeline::drain;
use std::time::Instant;
use store::queue::{self, Reason};
use store::{Identity, Session, StoreError};
use tokio_util::sync::CancellationToken;

/// Orders that a sync touches.
const TOUCHED: u64 = 4_500;
/// Shops drained side by side, as a sync does.
const SHOPS_AT_ONCE: usize = 3;
/// Single changes.
const REPETITIONS: i64 = 200;

/// The newest orders of all shops have changed and are marked; measured is until the days are right.
pub async fn after_a_sync(
    bench: &Bench,
    scratch: &Scratch,
    (history, round): (&History, u32),
) -> anyhow::Result<Figure> {
    let before = labor_cents(scratch).await?;
    let touch = include_str!("touch.sql").replace("{orders}", &TOUCHED.to_string());
    let client = &scratch.client;
    client.batch_execute(&touch).await.context("touch orders")?;
    let marked = client
        .query_one("select count(*) from ops.dirty_orders", &[])
        .await?;
    let touched: i64 = marked.get(0);
    // A database that has grown into its size has been vacuumed; this one was built a second ago.
    client.batch_execute("vacuum analyze").await?;
    let stop = CancellationToken::new();
    let watch = bench.server.start().await?;
    let shops = (1..=history.shops)
        .map(|shop| drain::drain_shop(&scratch.database, ShopId(shop), &bench.clock, &stop));
    iter(shops)
        .buffer_unordered(SHOPS_AT_ONCE)
        .try_for_each(|_| async { Ok::<(), StoreError>(()) })
        .await?;
    let lap = bench.server.lap(&watch).await?;
    let gained = labor_cents(scratch).await? - before;
    ensure!(
        gained > 0 && gained <= 100 * touched && gained % 100 == 0,
        "{touched} orders gained {gained} cents of labour: no time counts"
    );
    let test = format!("after_a_sync_{}", history.orders);
    let rows = u64::try_from(touched)?;
    Ok(bench.figure((&test, "product"), (round, rows), lap))
}

/// Single changes, each from the change itself to the commit of its days. Gives the middle and the slowest percent.
pub async fn one_order(
    bench: &Bench,
    scratch: &Scratch,
    (history, round): (&History, u32),
) -> anyhow::Result<Vec<Figure>> {
    let before = labor_cents(scratch).await?;
    let orders = scratch
        .client
        .query(
            "select o.shop_id, o.id from warehouse.repair_orders o \
             where o.posted_date is not null and exists (select 1 from warehouse.job_labor l \
               where l.shop_id = o.shop_id and l.repair_order_id = o.id and l.authorized) \
             order by hashint8(o.id) limit $1",
            &[&REPETITIONS],
        )
        .await?;
    // Microseconds, up to a minute.
    let mut times = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?;
    for row in &orders {
        let began = Instant::now();
        change(bench, scratch, (row.get(0), row.get(1))).await?;
        times.record(u64::try_from(began.elapsed().as_micros())?)?;
    }
    let gained = labor_cents(scratch).await? - before;
    crate::load::equal(
        "cents that single changes brought into the days",
        &gained,
        &(100 * i64::try_from(orders.len())?),
    )?;
    let lap = |quantile: f64| Lap {
        secs: times.value_at_quantile(quantile) as f64 / 1e6,
        wal_bytes: 0,
    };
    let figure = |name: &str, quantile: f64| Figure {
        wal_bytes: None,
        ..bench.figure(
            (&format!("one_order_{name}_{}", history.orders), "product"),
            (round, 1),
            lap(quantile),
        )
    };
    Ok(vec![figure("p50", 0.5), figure("p99", 0.99)])
}

async fn change(bench: &Bench, scratch: &Scratch, (shop, order): (i64, i64)) -> anyhow::Result<()> {
    let session = Session::begin(&scratch.database, &Identity::Sync(ShopId(shop))).await?;
    let edited = session
        .execute(include_str!("edit.sql"), &[&shop, &order])
        .await?;
    ensure!(edited == 1, "order {order} has no line to change");
    let now = bench.clock.now();
    queue::mark_orders(&session, ShopId(shop), &[order], Reason::VendorEdit, now).await?;
    session.commit().await?;
    let stop = CancellationToken::new();
    drain::drain_shop(&scratch.database, ShopId(shop), &bench.clock, &stop).await?;
    Ok(())
}

/// The same in every table of days, or the days contradict each other.
async fn labor_cents(scratch: &Scratch) -> anyhow::Result<i64> {
    let row = scratch
        .client
        .query_one(
            "select (select coalesce(sum(labor_revenue), 0)::bigint from warehouse.daily_shop_metrics), \
               (select coalesce(sum(labor_revenue), 0)::bigint from warehouse.tech_daily_metrics), \
               (select coalesce(sum(labor_revenue), 0)::bigint from warehouse.advisor_daily_metrics)",
            &[],
        )
        .await?;
    let (shops, technicians, advisors): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    ensure!(
        shops == technicians && shops == advisors,
        "labour of shop days {shops}, technician days {technicians}, advisor days {advisors}"
    );
    Ok(shops)
}
