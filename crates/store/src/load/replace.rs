//! Replacing what a changed order held: lines go, absent jobs are marked, the header is updated in place.

use super::OrderRow;
use crate::canonical::repair_orders;
use crate::copy::CopyRows;
use crate::error::StoreError;
use crate::session::{OWN_ROWS, Param, Session, stage_of};
use domain::ShopId;
use jiff::Timestamp;

/// Changed headers have a stage of their own beside that of fresh ones.
pub const CHANGED: &str = "changed_orders";

/// Removes the lines of changed orders and the jobs that come again; marks jobs that do not.
///
/// The days on which the old jobs were sold are marked dirty first: after this nobody knows them any more.
pub async fn clear(
    session: &Session,
    shop: ShopId,
    changed: &[OrderRow<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let orders: Vec<i64> = changed.iter().map(|row| row.order.id.0).collect();
    let jobs: Vec<i64> = changed
        .iter()
        .flat_map(|row| row.order.jobs.iter().map(|j| j.id.0))
        .collect();
    let of = |rest: &mut Vec<Param>| {
        let mut parameters: Vec<Param> = vec![Box::new(shop.0), Box::new(orders.clone())];
        parameters.append(rest);
        parameters
    };
    session
        .dispatch(
            "insert into ops.dirty_days (shop_id, metric_date, marked_at) \
             select $1::bigint, sold_date, $3::timestamptz from warehouse.jobs \
             where shop_id = $1 and repair_order_id = any($2) and sold_date is not null \
             union select $1::bigint, sold_date, $3::timestamptz from warehouse.job_sublets \
             where shop_id = $1 and repair_order_id = any($2) and sold_date is not null \
             on conflict (shop_id, metric_date) do nothing",
            of(&mut vec![Box::new(now)]),
        )
        .await?;
    for table in [
        "job_parts",
        "job_labor",
        "job_fees",
        "job_discounts",
        "job_sublets",
    ] {
        let delete = format!(
            "delete from warehouse.{table} where shop_id = $1 and repair_order_id = any($2)"
        );
        session.dispatch(&delete, of(&mut Vec::new())).await?;
    }
    session
        .dispatch(
            "delete from warehouse.jobs where shop_id = $1 and repair_order_id = any($2) and id = any($3)",
            of(&mut vec![Box::new(jobs)]),
        )
        .await?;
    session
        .dispatch(
            "update warehouse.jobs set is_deleted = true, deleted_at = $3, updated_at = $3 \
             where shop_id = $1 and repair_order_id = any($2) and not is_deleted",
            of(&mut vec![Box::new(now)]),
        )
        .await
}

/// A job that was moved to another order keeps its id: its old place is vacated, and the order it left is dirty.
pub async fn free_moved_jobs(
    session: &Session,
    shop: ShopId,
    orders: &[&OrderRow<'_>],
) -> Result<(), StoreError> {
    let jobs: Vec<i64> = orders
        .iter()
        .flat_map(|row| row.order.jobs.iter().map(|j| j.id.0))
        .collect();
    let moved = session
        .prepared(
            "select id from warehouse.jobs where shop_id = $1 and id = any($2)",
            &[&shop.0, &jobs],
        )
        .await?;
    if moved.is_empty() {
        return Ok(());
    }
    let moved: Vec<i64> = moved.iter().map(|row| row.get(0)).collect();
    session
        .prepared(include_str!("vacate.sql"), &[&shop.0, &moved])
        .await?;
    for table in [
        "job_parts",
        "job_labor",
        "job_fees",
        "job_discounts",
        "job_sublets",
    ] {
        let delete = format!(
            "delete from warehouse.{table} l using warehouse.jobs j \
             where j.shop_id = $1 and j.id = any($2) and l.shop_id = $1 \
             and l.repair_order_id = j.repair_order_id and l.job_id = j.id"
        );
        session.prepared(&delete, &[&shop.0, &moved]).await?;
    }
    session
        .prepared(
            "delete from warehouse.jobs where shop_id = $1 and id = any($2)",
            &[&shop.0, &moved],
        )
        .await?;
    Ok(())
}

/// Updates headers in place, through a temporary table: a snapshot hangs on the header, so it is never removed.
pub async fn update_headers(
    session: &Session,
    shop: ShopId,
    changed: &[OrderRow<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rows = CopyRows::new(repair_orders::COLUMNS.len());
    for row in changed {
        repair_orders::put(&mut rows, shop, row, now);
    }
    session.stage(rows, CHANGED, repair_orders::COLUMNS).await?;
    let set: Vec<String> = repair_orders::COLUMNS[2..]
        .iter()
        .map(|c| format!("{c} = s.{c}"))
        .collect();
    let update = format!(
        "update warehouse.repair_orders o set {} from {} s \
         where o.shop_id = $1 and o.shop_id = s.shop_id and o.id = s.id and s.{OWN_ROWS}",
        set.join(", "),
        stage_of(CHANGED)
    );
    session.dispatch(&update, vec![Box::new(shop.0)]).await
}
