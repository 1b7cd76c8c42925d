//! Snapshots kept on request: one order's figures as they stand on a day.

use crate::error::StoreError;
use crate::models;
use crate::session::Session;
use domain::{Cents, ShopDay, ShopId};
use jiff::Timestamp;

const MANUAL: &str = include_str!("../../../db/models/snapshot/manual.sql");

/// What a manual snapshot came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The revision that was written; `None` where the day's snapshot had these figures already.
    pub revision: Option<i32>,
    /// Net sales.
    pub revenue: Cents,
    /// Profit.
    pub profit: Cents,
}

/// Keeps an order's figures. `None` where the shop has no such order. May be called again: equal figures write nothing.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn take(
    session: &Session,
    shop: ShopId,
    order: i64,
    (day, now): (ShopDay, Timestamp),
) -> Result<Option<Taken>, StoreError> {
    models::lock_metrics(session, shop).await?;
    // Its sums are as of its lines, also where the drain has not come by yet.
    models::snapshot_orders(session, shop, &[order], now).await?;
    let rows = session
        .prepared(MANUAL, &[&shop.0, &order, &day, &now])
        .await?;
    let Some(row) = rows.first().filter(|row| row.get::<_, i64>(0) > 0) else {
        return Ok(None);
    };
    Ok(Some(Taken {
        revision: row.get(1),
        revenue: Cents(row.get(2)),
        profit: Cents(row.get(3)),
    }))
}
