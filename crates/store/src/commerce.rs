//! Running the models of a web shop: orders, stock and conversations to the tables that tiles read, by dirty keys.
//!
//! A connector writes the canonical tables (`store_*`, `conversations`, …) and [`mark`]s what it wrote in the same
//! transaction; [`tick`] marks what only the passing of time changed; [`drain`] works the queue off.

use crate::error::StoreError;
use crate::models::lock_metrics;
use crate::session::{Param, Session};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;

const LEDGER: &str = include_str!("../../../db/models/commerce/ledger.sql");
const ORDERS: &str = include_str!("../../../db/models/commerce/orders.sql");
const FULFILLMENT: &str = include_str!("../../../db/models/commerce/fulfillment.sql");
const SKUS: &str = include_str!("../../../db/models/commerce/skus.sql");
const DAYS: &str = include_str!("../../../db/models/commerce/days.sql");
const ACTIVATION: &str = include_str!("../../../db/models/commerce/activation.sql");
const STOCK: &str = include_str!("../../../db/models/commerce/stock.sql");
const CATEGORIES: &str = include_str!("../../../db/models/commerce/categories.sql");
const SEGMENTS: &str = include_str!("../../../db/models/commerce/segments.sql");
const SEGMENT_HISTORY: &str = include_str!("../../../db/models/commerce/segment_history.sql");
const CONVERSATIONS: &str = include_str!("../../../db/models/commerce/conversations.sql");
const BREACHES: &str = include_str!("../../../db/models/commerce/breaches.sql");
const TICK: &str = include_str!("../../../db/models/commerce/tick.sql");
const EVERYTHING: &str = include_str!("../../../db/models/commerce/everything.sql");

/// The statements above with their names: tests prepare and plan each against the real schema.
pub const ALL: &[(&str, &str)] = &[
    ("commerce/ledger", LEDGER),
    ("commerce/orders", ORDERS),
    ("commerce/fulfillment", FULFILLMENT),
    ("commerce/skus", SKUS),
    ("commerce/days", DAYS),
    ("commerce/activation", ACTIVATION),
    ("commerce/stock", STOCK),
    ("commerce/categories", CATEGORIES),
    ("commerce/segments", SEGMENTS),
    ("commerce/segment_history", SEGMENT_HISTORY),
    ("commerce/conversations", CONVERSATIONS),
    ("commerce/breaches", BREACHES),
    ("commerce/tick", TICK),
    ("commerce/everything", EVERYTHING),
];

/// Labels of a conversation that make it an escalation, in lower case.
pub const ESCALATION_LABELS: &[&str] = &["escalation", "escalated"];

/// What a key in the queue names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `store_orders` with lines, refunds, fulfilments and ledger.
    Order,
    /// `store_products`, and the category rules that concern it.
    Product,
    /// `store_variants` and its inventory levels.
    Variant,
    /// `store_customers`.
    Customer,
    /// `conversations` with messages, events and ratings.
    Conversation,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Product => "product",
            Self::Variant => "variant",
            Self::Customer => "customer",
            Self::Conversation => "conversation",
        }
    }
}

/// What a [`drain`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Keys and days taken off the queue; 0 when it was empty.
    pub keys: u64,
    /// Rows written or removed; the same input again gives 0.
    pub rows: u64,
}

/// Marks records that a connector wrote; belongs into the transaction that wrote them.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark(
    session: &Session,
    shop: ShopId,
    kind: Kind,
    ids: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![
        Box::new(shop.0),
        Box::new(ids.to_vec()),
        Box::new(kind.as_str()),
        Box::new(now),
    ];
    session
        .dispatch(
            "insert into ops.dirty_store_keys (shop_id, kind, key, marked_at) \
             select $1, $3, id, $4 from unnest($2::bigint[]) as id \
             on conflict (shop_id, kind, key) do nothing",
            parameters,
        )
        .await
}

/// Marks shop-local days, such as those of new `shop_events`.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_days(
    session: &Session,
    shop: ShopId,
    days: &[ShopDay],
    now: Timestamp,
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![Box::new(shop.0), Box::new(days.to_vec()), Box::new(now)];
    session
        .dispatch(
            "insert into ops.dirty_store_days (shop_id, metric_date, marked_at) \
             select $1, day, $3 from unnest($2::date[]) as day \
             on conflict (shop_id, metric_date) do nothing",
            parameters,
        )
        .await
}

/// Marks what the clock alone changed: days that have no row yet up to today, every variant on the first call of a day,
/// conversations whose reply time ran out. Keeps the week's segments. To be called every few minutes; returns the marks.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn tick(session: &Session, shop: ShopId, now: Timestamp) -> Result<u64, StoreError> {
    let marked = changed(session.prepared(TICK, &[&shop.0, &now]).await?);
    session.prepared(SEGMENT_HISTORY, &[&shop.0, &now]).await?;
    Ok(marked)
}

/// Marks everything a shop has, for a rebuild.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_everything(
    session: &Session,
    shop: ShopId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    Ok(changed(
        session.prepared(EVERYTHING, &[&shop.0, &now]).await?,
    ))
}

/// Works off at most `limit` keys of each kind in this transaction, from products and orders down to customers; to be
/// called in new transactions until [`Drained::keys`] is 0. What it took is back if the session does not commit.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing is kept then.
pub async fn drain(
    session: &Session,
    shop: ShopId,
    now: Timestamp,
    limit: u32,
) -> Result<Drained, StoreError> {
    lock_metrics(session, shop).await?;
    session.plan_by_keys();
    let mut done = Drained::default();
    let run = Run {
        session,
        shop,
        now,
        limit: i64::from(limit),
    };
    run.keys(Kind::Product, &[CATEGORIES], &mut done).await?;
    run.orders(&mut done).await?;
    run.days(&mut done).await?;
    run.keys(Kind::Variant, &[STOCK], &mut done).await?;
    run.conversations(&mut done).await?;
    run.keys(Kind::Customer, &[SEGMENTS], &mut done).await?;
    Ok(done)
}

/// One transaction of a drain.
struct Run<'a> {
    session: &'a Session,
    shop: ShopId,
    now: Timestamp,
    limit: i64,
}

impl Run<'_> {
    async fn take(&self, kind: Kind, done: &mut Drained) -> Result<Vec<i64>, StoreError> {
        let rows = self
            .session
            .prepared(
                "delete from ops.dirty_store_keys d using (\
                   select key from ops.dirty_store_keys where shop_id = $1 and kind = $2 \
                   order by key limit $3 for update skip locked\
                 ) t where d.shop_id = $1 and d.kind = $2 and d.key = t.key returning d.key",
                &[&self.shop.0, &kind.as_str(), &self.limit],
            )
            .await?;
        done.keys += rows.len() as u64;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    async fn keys(
        &self,
        kind: Kind,
        models: &[&str],
        done: &mut Drained,
    ) -> Result<(), StoreError> {
        let ids = self.take(kind, done).await?;
        if ids.is_empty() {
            return Ok(());
        }
        for model in models {
            done.rows += self.model(model, &ids).await?;
        }
        Ok(())
    }

    async fn model(&self, model: &str, ids: &Vec<i64>) -> Result<u64, StoreError> {
        let rows = self
            .session
            .prepared(model, &[&self.shop.0, ids, &self.now])
            .await?;
        Ok(changed(rows))
    }

    async fn orders(&self, done: &mut Drained) -> Result<(), StoreError> {
        let ids = self.take(Kind::Order, done).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let derived = self.session.prepared(LEDGER, &[&self.shop.0, &ids]).await?;
        done.rows += changed(derived);
        done.rows += self.model(ORDERS, &ids).await?;
        done.rows += self.model(FULFILLMENT, &ids).await?;
        Ok(())
    }

    async fn days(&self, done: &mut Drained) -> Result<(), StoreError> {
        let rows = self
            .session
            .prepared(
                "delete from ops.dirty_store_days d using (\
                   select metric_date from ops.dirty_store_days where shop_id = $1 \
                   order by metric_date limit $2 for update skip locked\
                 ) t where d.shop_id = $1 and d.metric_date = t.metric_date returning d.metric_date",
                &[&self.shop.0, &self.limit],
            )
            .await?;
        let days: Vec<ShopDay> = rows.iter().map(|row| row.get(0)).collect();
        done.keys += days.len() as u64;
        if days.is_empty() {
            return Ok(());
        }
        for model in [SKUS, DAYS, ACTIVATION] {
            let rows = self
                .session
                .prepared(model, &[&self.shop.0, &days, &self.now])
                .await?;
            done.rows += changed(rows);
        }
        Ok(())
    }

    async fn conversations(&self, done: &mut Drained) -> Result<(), StoreError> {
        let ids = self.take(Kind::Conversation, done).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let rows = self
            .session
            .prepared(
                CONVERSATIONS,
                &[&self.shop.0, &ids, &self.now, &ESCALATION_LABELS],
            )
            .await?;
        done.rows += changed(rows);
        done.rows += self.model(BREACHES, &ids).await?;
        Ok(())
    }
}

fn changed(rows: Vec<tokio_postgres::Row>) -> u64 {
    rows.first()
        .map_or(0, |row| u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}
