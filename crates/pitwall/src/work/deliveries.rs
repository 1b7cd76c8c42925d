//! Orders that a webhook hinted at: read again from the vendor, a shop's deliveries in one go.

use super::connectors::Connectors;
use super::{note, pause};
use crate::lifecycle::Context;
use domain::ShopId;
use pipeline::refresh::{self, Refreshed};
use pipeline::retry::StepError;
use std::collections::BTreeMap;
use store::door::inbox::{self, Dealt, Delivery};
use store::{Database, StoreError};
use vendors::{Vendor, WebhookHint};

/// A delivery is tried so often, with growing waits, then it is left to the next sync.
const DELIVERY_TRIES: i32 = 8;

/// Deals with deliveries until the context's stop.
pub(super) async fn deal(
    database: &Database,
    context: &Context,
    connectors: &Connectors,
    worker: &str,
) {
    while pause(context).await {
        let shops = match inbox::waiting_shops(database).await {
            Ok(shops) => shops,
            Err(error) => {
                note(Err(error));
                continue;
            }
        };
        for shop in shops {
            if context.stop.is_cancelled() {
                return;
            }
            let dealing = of_shop(database, context, connectors, (shop, worker));
            note(Box::pin(dealing).await);
        }
    }
}

/// The deliveries about one order.
#[derive(Default)]
struct About {
    webhooks: Vec<i64>,
    attempts: i32,
    kind: Option<&'static str>,
}

impl About {
    fn add(&mut self, delivery: &Delivery, hint: &WebhookHint) {
        self.webhooks.push(delivery.webhook_id);
        self.attempts = self.attempts.max(delivery.attempts);
        self.kind = Some(hint.kind);
    }
}

/// Deliveries about one order are one question to the vendor; all orders of a shop share a lease and a token.
async fn of_shop(
    database: &Database,
    context: &Context,
    connectors: &Connectors,
    (shop, worker): (ShopId, &str),
) -> Result<(), StoreError> {
    let mut by_order: BTreeMap<i64, About> = BTreeMap::new();
    let mut about_nothing = About::default();
    let configured = context.settings.shops().find(|(_, s)| s.shop_id == shop);
    let vendor = configured.map_or(Vendor::Tekmetric, |(connection, _)| connection.vendor);
    for delivery in inbox::due(database, shop).await? {
        let hint = vendors::webhook_hint(vendor, &delivery.body);
        match hint.order_id {
            Some(order) => by_order.entry(order).or_default().add(&delivery, &hint),
            None => about_nothing.add(&delivery, &hint),
        }
    }
    if !about_nothing.webhooks.is_empty() {
        let kind = about_nothing.kind.unwrap_or("unknown");
        let ids = &about_nothing.webhooks;
        inbox::settle(database, shop, ids, (kind, None), &Dealt::Ignored).await?;
    }
    if by_order.is_empty() {
        return Ok(());
    }
    let orders: Vec<i64> = by_order.keys().copied().collect();
    let refreshed = match connectors.shop(&context.settings, shop, &context.clock) {
        Ok(None) => {
            let why = "the shop is not in this service's configuration".to_owned();
            return settle_all(database, shop, &by_order, |_| Dealt::Dead(why.clone())).await;
        }
        Ok(Some(source)) => {
            let (clock, stop) = (&context.clock, &context.stop);
            Box::pin(refresh::orders(
                database,
                source.borrowed(),
                &orders,
                (clock, stop),
                worker,
            ))
            .await
        }
        Err(error) => Err(error.into()),
    };
    match refreshed {
        Ok(Refreshed { failed, .. }) => {
            let dealt = |order, about: &About| match failed.iter().find(|(id, _)| *id == order) {
                None => Dealt::Done,
                Some((_, error)) => later(error, about.attempts),
            };
            settle_each(database, shop, &by_order, dealt).await
        }
        Err(error) => {
            settle_all(database, shop, &by_order, |about| {
                later(&error, about.attempts)
            })
            .await
        }
    }
}

/// When a failed delivery is tried again, if ever.
fn later(error: &StepError, attempts: i32) -> Dealt {
    match error {
        // A run that holds the lease is reading the same list; soon it is free.
        StepError::Store(StoreError::LeaseHeld { .. }) => {
            Dealt::Later(3, "another run holds the shop".to_owned())
        }
        StepError::Stopped => Dealt::Later(0, "the service stopped".to_owned()),
        error if attempts + 1 >= DELIVERY_TRIES => Dealt::Dead(error.problem().message),
        error => Dealt::Later(
            2_i32.pow(attempts.clamp(0, 8).unsigned_abs()),
            error.problem().message,
        ),
    }
}

async fn settle_all(
    database: &Database,
    shop: ShopId,
    by_order: &BTreeMap<i64, About>,
    dealt: impl Fn(&About) -> Dealt,
) -> Result<(), StoreError> {
    settle_each(database, shop, by_order, |_, about| dealt(about)).await
}

async fn settle_each(
    database: &Database,
    shop: ShopId,
    by_order: &BTreeMap<i64, About>,
    dealt: impl Fn(i64, &About) -> Dealt,
) -> Result<(), StoreError> {
    for (order, about) in by_order {
        let kind = about.kind.unwrap_or("unknown");
        let dealt = dealt(*order, about);
        inbox::settle(
            database,
            shop,
            &about.webhooks,
            (kind, Some(*order)),
            &dealt,
        )
        .await?;
    }
    Ok(())
}
