//! Webhooks as the vendor sends them (reference/tekmetric.md A.9): unsigned, in English sentences, late, twice, not at
//! all, and sometimes with `shopId: 0`. A hint to look, never the truth.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::entity::Status;
use super::world::World;
use crate::Stamp;
use crate::dice::Dice;

/// Where webhooks go, and how badly. Rates are so many of 10,000 events.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Host and port of the receiver, such as `127.0.0.1:8080`; plain HTTP.
    pub authority: String,
    /// Path with the secret that stands for a signature, such as `/hooks/tekmetric/6212?token=…`.
    pub path: String,
    /// Events sent twice.
    pub duplicates: u32,
    /// Events held back.
    pub delays: u32,
    /// How long, in simulated seconds.
    pub delay_seconds: i64,
    /// Events that say `shopId: 0`.
    pub without_shop: u32,
    /// Events that never come.
    pub drops: u32,
    /// Decides which.
    pub seed: u64,
}

impl WebhookSettings {
    /// The qualities that were measured: 6 % without shop, some twice, some late, some lost.
    #[must_use]
    pub fn new(authority: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            authority: authority.into(),
            path: path.into(),
            duplicates: 300,
            delays: 500,
            delay_seconds: 90,
            without_shop: 600,
            drops: 200,
            seed: 1,
        }
    }
}

/// What came of the events since the last look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Things that happened.
    pub events: u64,
    /// Requests that the receiver answered with a 2xx.
    pub delivered: u64,
    /// Requests that it refused or did not answer.
    pub failed: u64,
    /// Events that were lost on purpose.
    pub dropped: u64,
    /// Events held back until later.
    pub waiting: u64,
}

/// The emitter: remembers what it has told.
#[derive(Debug, Default)]
pub(crate) struct Webhooks(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    /// Status and time of change of every order at the last look; none before the first.
    seen: Option<BTreeMap<i64, (Status, Option<Stamp>)>>,
    held_back: Vec<(Stamp, Value)>,
    rolls: u64,
}

impl Webhooks {
    /// The bodies to send now. The first look tells nothing: history has no webhooks.
    pub(crate) fn due(&self, world: &World, settings: &WebhookSettings) -> (Vec<Value>, Sent) {
        let mut told = self.told();
        let now: BTreeMap<i64, (Status, Option<Stamp>)> = world
            .slots
            .iter()
            .map(|slot| (slot.id, (slot.head.status, slot.head.updated_at)))
            .collect();
        let before = told.seen.replace(now.clone());
        let mut sent = Sent::default();
        let mut bodies = Vec::new();
        let Some(before) = before else {
            return (bodies, sent);
        };
        for (id, after) in now {
            let earlier = before.get(&id);
            if earlier == Some(&after) {
                continue;
            }
            for body in events(world, id, earlier.map(|(status, _)| *status)) {
                sent.events += 1;
                told.rolls += 1;
                let mut dice = Dice::new(settings.seed, 0x3eb0_0000 + told.rolls);
                told.queue(
                    body,
                    (&mut dice, settings),
                    world.now(),
                    (&mut bodies, &mut sent),
                );
            }
        }
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut told.held_back)
            .into_iter()
            .partition(|(at, _)| *at <= world.now());
        told.held_back = later;
        bodies.extend(due.into_iter().map(|(_, body)| body));
        sent.waiting = told.held_back.len() as u64;
        (bodies, sent)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    fn queue(
        &mut self,
        mut body: Value,
        (dice, settings): (&mut Dice, &WebhookSettings),
        now: Stamp,
        (bodies, sent): (&mut Vec<Value>, &mut Sent),
    ) {
        if dice.chance(settings.drops) {
            sent.dropped += 1;
            return;
        }
        if dice.chance(settings.without_shop) {
            body["data"]["shopId"] = json!(0);
        }
        if dice.chance(settings.duplicates) {
            bodies.push(body.clone());
        }
        if dice.chance(settings.delays) {
            self.held_back
                .push((now.plus(settings.delay_seconds), body));
        } else {
            bodies.push(body);
        }
    }
}

/// What the vendor says about an order that changed. Its sentence names people: personal data.
fn events(world: &World, id: i64, before: Option<Status>) -> Vec<Value> {
    let Some(order) = world.order_json(id) else {
        return Vec::new();
    };
    let number = &order["repairOrderNumber"];
    let status = world
        .slot_index(id)
        .map(|index| world.slots[index].head.status);
    let by = "by Ada Advisor";
    let sentence = match (before, status) {
        (None, _) => format!("Repair Order #{number} created {by}"),
        (Some(was), Some(is)) if was != is => match is {
            Status::Complete => format!("Repair Order #{number} completed {by}"),
            Status::Posted => format!("Repair Order #{number} posted {by}"),
            Status::AccountsReceivable => format!("Repair Order #{number} sent to A/R {by}"),
            Status::Deleted => format!("Repair Order #{number} deleted {by}"),
            Status::Estimate | Status::WorkInProgress | Status::SavedForLater => {
                format!("Repair Order #{number} status updated {by}")
            }
        },
        // Any change of any field is told as one of the status.
        _ => format!("Repair Order #{number} status updated {by}"),
    };
    let is_payment = sentence.contains("posted") && order["amountPaid"].as_i64() > Some(0);
    let payment = is_payment.then(|| {
        json!({"event": "Payment made by Pat Sample", "data": {
            "repairOrderId": id, "shopId": order["shopId"], "amount": order["amountPaid"],
            "payerName": "Pat Sample", "ccLast4": "4242", "paymentType": {"name": "Credit Card"},
            "paymentStatus": "SUCCEEDED", "voided": false,
        }})
    });
    std::iter::once(json!({"event": sentence, "data": order}))
        .chain(payment)
        .collect()
}

/// Posts a body; whether the receiver took it.
pub(crate) async fn post(settings: &WebhookSettings, body: &Value) -> bool {
    crate::push::post(&settings.authority, &settings.path, "", &body.to_string()).await
}
