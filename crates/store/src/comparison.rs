//! The vendor's own profit beside ours: which orders want it, and writing it down.

use crate::error::StoreError;
use crate::queue::{self, Reason};
use crate::session::Session;
use domain::{Cents, ShopId};
use jiff::Timestamp;

/// An order whose profit at the vendor is not known, or was asked before its last change.
#[derive(Clone, Debug)]
pub struct Due {
    /// The order.
    pub order: i64,
    /// Fingerprint of the order that the figure will belong to.
    pub payload_hash: Vec<u8>,
}

/// What the vendor says an order earned.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The order as it was when the vendor was asked.
    pub due: Due,
    /// Sales and cost, of that labour, and profit; none where the vendor has no figure.
    pub figures: Option<Figures>,
}

/// The vendor's figures of an order.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Parts, labour and sublets before fees, discounts and tax.
    pub retail: Cents,
    /// Cost.
    pub cost: Cents,
    /// Profit.
    pub profit: Cents,
    /// Labour's part of the cost.
    pub labor_cost: Option<Cents>,
}

/// Orders on the books to ask for, the latest first.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn due(session: &Session, shop: ShopId, limit: i64) -> Result<Vec<Due>, StoreError> {
    let rows = session
        .prepared(
            "select id, payload_hash from warehouse.repair_orders \
             where shop_id = $1 and status in ('POSTED', 'ACCRECV') and not is_deleted \
             and vendor_profit_hash is distinct from payload_hash \
             order by posted_at desc, id desc limit $2",
            &[&shop.0, &limit],
        )
        .await?;
    let one = |row: &tokio_postgres::Row| Due {
        order: row.get(0),
        payload_hash: row.get::<_, Option<Vec<u8>>>(1).unwrap_or_default(),
    };
    Ok(rows.iter().map(one).collect())
}

/// Writes figures down and marks the orders, so that their snapshots name the difference.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn write(
    session: &Session,
    shop: ShopId,
    reported: &[Reported],
    now: Timestamp,
) -> Result<(), StoreError> {
    let column = |figure: fn(&Figures) -> Option<Cents>| -> Vec<Option<i64>> {
        let values = reported.iter().map(|r| r.figures.as_ref().and_then(figure));
        values.map(|cents| cents.map(|c| c.0)).collect()
    };
    let ids: Vec<i64> = reported.iter().map(|r| r.due.order).collect();
    let hashes: Vec<&[u8]> = reported
        .iter()
        .map(|r| r.due.payload_hash.as_slice())
        .collect();
    session
        .prepared(
            "update warehouse.repair_orders o set vendor_profit_retail = r.retail, vendor_profit_cost = r.cost, \
               vendor_profit = r.profit, vendor_profit_labor_cost = r.labor_cost, vendor_profit_hash = r.hash \
             from unnest($2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) \
               as r (id, hash, retail, cost, profit, labor_cost) \
             where o.shop_id = $1 and o.id = r.id",
            &[
                &shop.0,
                &ids,
                &hashes,
                &column(|f| Some(f.retail)),
                &column(|f| Some(f.cost)),
                &column(|f| Some(f.profit)),
                &column(|f| f.labor_cost),
            ],
        )
        .await?;
    queue::mark_orders(session, shop, &ids, Reason::VendorEdit, now).await
}
