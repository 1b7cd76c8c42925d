//! Dirty keys: which orders and days have to be summed again. Handed down by the step that changed them.

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;

/// Why an order has to be summed again; becomes the reason of a snapshot's revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The vendor's record changed.
    VendorEdit,
    /// A pay rate changed.
    RateChange,
    /// Somebody asked for it.
    Manual,
}

impl Reason {
    /// The word stored in `ops.dirty_orders.reason`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VendorEdit => "vendor_edit",
            Self::RateChange => "rate_change",
            Self::Manual => "manual",
        }
    }
}

/// Marks orders; one that is marked already keeps its first reason.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_orders(
    session: &Session,
    shop: ShopId,
    ids: &[i64],
    reason: Reason,
    now: Timestamp,
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![
        Box::new(shop.0),
        Box::new(ids.to_vec()),
        Box::new(reason.as_str()),
        Box::new(now),
    ];
    session
        .dispatch(
            "insert into ops.dirty_orders (shop_id, repair_order_id, reason, marked_at) \
             select $1, id, $3, $4 from unnest($2::bigint[]) as id \
             on conflict (shop_id, repair_order_id) do nothing",
            parameters,
        )
        .await
}

/// Marks days.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_days(
    session: &Session,
    shop: ShopId,
    days: &[ShopDay],
    now: Timestamp,
) -> Result<(), StoreError> {
    if days.is_empty() {
        return Ok(());
    }
    let parameters: Vec<Param> = vec![Box::new(shop.0), Box::new(days.to_vec()), Box::new(now)];
    session
        .dispatch(
            "insert into ops.dirty_days (shop_id, metric_date, marked_at) \
             select $1, day, $3 from unnest($2::date[]) as day \
             on conflict (shop_id, metric_date) do nothing",
            parameters,
        )
        .await
}

/// The oldest marked orders, at most `limit`, locked until the session ends.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn claim_orders(
    session: &Session,
    shop: ShopId,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    let rows = session
        .prepared(
            "select repair_order_id from ops.dirty_orders where shop_id = $1 \
             order by repair_order_id limit $2 for update skip locked",
            &[&shop.0, &i64::try_from(limit).unwrap_or(i64::MAX)],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Takes the marks of orders that were summed.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn release_orders(
    session: &Session,
    shop: ShopId,
    ids: &[i64],
) -> Result<(), StoreError> {
    session
        .dispatch(
            "delete from ops.dirty_orders where shop_id = $1 and repair_order_id = any($2)",
            vec![Box::new(shop.0), Box::new(ids.to_vec())],
        )
        .await
}

/// Takes marked days off the queue, at most `limit`; they are back if the session does not commit.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn take_days(
    session: &Session,
    shop: ShopId,
    limit: u64,
) -> Result<Vec<ShopDay>, StoreError> {
    let rows = session
        .prepared(
            "delete from ops.dirty_days d using (\
               select metric_date from ops.dirty_days where shop_id = $1 \
               order by metric_date limit $2 for update skip locked\
             ) t where d.shop_id = $1 and d.metric_date = t.metric_date returning d.metric_date",
            &[&shop.0, &i64::try_from(limit).unwrap_or(i64::MAX)],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
