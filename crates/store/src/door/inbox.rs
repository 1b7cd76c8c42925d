//! `ops.webhook_inbox`: stored before anything is done with it, dealt with later.

use super::{Door, Hash};
use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session};
use domain::ShopId;
use serde_json::Value;

/// A delivery that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The shop of the key.
    pub shop: ShopId,
    /// Not seen before.
    pub is_new: bool,
}

impl Door {
    /// Stores a delivery, once; none where nobody has the key.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn receive_webhook(
        &self,
        (source, key): (&str, &str),
        fingerprint: &Hash,
        headers: &Value,
        body: &str,
    ) -> Result<Option<Received>, StoreError> {
        let rows = self
            .call(
                "select shop_id, is_new from warehouse.receive_webhook($1, $2, $3, $4, $5)",
                &[&source, &key, &fingerprint.as_slice(), headers, &body],
            )
            .await?;
        Ok(rows.first().map(|row| Received {
            shop: ShopId(row.get(0)),
            is_new: row.get(1),
        }))
    }
}

/// A delivery to be dealt with.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its number.
    pub webhook_id: i64,
    /// Tries so far.
    pub attempts: i32,
    /// As stored.
    pub body: String,
}

/// What became of deliveries.
#[derive(Clone, Debug)]
pub enum Dealt {
    /// The order they name was read again.
    Done,
    /// Nothing to read: kept as it is.
    Ignored,
    /// Not now: try again after so many seconds, and say why.
    Later(i32, String),
    /// Given up, and why.
    Dead(String),
}

/// Shops with deliveries to be dealt with now.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn waiting_shops(database: &Database) -> Result<Vec<ShopId>, StoreError> {
    let session = Session::begin(database, &Identity::Sync(ShopId(0))).await?;
    let rows = session
        .prepared("select warehouse.shops_with_webhooks()", &[])
        .await?;
    session.commit().await?;
    let shops: Vec<i64> = rows.first().map(|row| row.get(0)).unwrap_or_default();
    Ok(shops.into_iter().map(ShopId).collect())
}

/// The oldest deliveries of a shop that are due.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn due(database: &Database, shop: ShopId) -> Result<Vec<Delivery>, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let rows = session
        .prepared(
            "select webhook_id, attempts, body from ops.webhook_inbox \
             where shop_id = $1 and state = 'new' and next_try_at <= now() order by webhook_id limit 200",
            &[&shop.0],
        )
        .await?;
    session.commit().await?;
    let one = |row: &tokio_postgres::Row| Delivery {
        webhook_id: row.get(0),
        attempts: row.get(1),
        body: row.get(2),
    };
    Ok(rows.iter().map(one).collect())
}

/// Notes what became of deliveries of one order.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn settle(
    database: &Database,
    shop: ShopId,
    deliveries: &[i64],
    (kind, order): (&str, Option<i64>),
    dealt: &Dealt,
) -> Result<(), StoreError> {
    let (state, wait, error) = match dealt {
        Dealt::Done => ("done", 0, None),
        Dealt::Ignored => ("ignored", 0, None),
        Dealt::Later(seconds, why) => ("new", *seconds, Some(why.as_str())),
        Dealt::Dead(why) => ("dead", 0, Some(why.as_str())),
    };
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    session
        .prepared(
            "update ops.webhook_inbox set state = $3, attempts = attempts + 1, error = $4, event_kind = $5, \
               repair_order_id = $6, next_try_at = now() + make_interval(secs => $7::int), \
               done_at = case when $3 = 'new' then null else now() end \
             where shop_id = $1 and webhook_id = any($2)",
            &[&shop.0, &deliveries, &state, &error, &kind, &order, &wait],
        )
        .await?;
    session.commit().await
}
