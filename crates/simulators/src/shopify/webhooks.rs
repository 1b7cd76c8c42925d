//! Webhooks as the vendor sends them (reference/commerce-apis.md 1.11): signed over the raw body, late, twice, in
//! another order, not at all.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::rest;
use super::world::World;
use crate::dice::Dice;
use crate::{Stamp, hmac};

/// Where webhooks go, and how badly. Rates are so many of 10,000 events.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Host and port of the receiver, such as `127.0.0.1:8080`; plain HTTP.
    pub authority: String,
    /// The path.
    pub path: String,
    /// The app's client secret.
    pub secret: String,
    /// Deliveries that come twice, under one `X-Shopify-Webhook-Id`.
    pub duplicates: u32,
    /// Deliveries held back.
    pub delays: u32,
    /// How long, in simulated seconds.
    pub delay_seconds: i64,
    /// Deliveries that never come.
    pub drops: u32,
    /// Deliveries that change places with the one before.
    pub swaps: u32,
    /// Deliveries with a signature that is not ours.
    pub forged: u32,
    /// Decides which.
    pub seed: u64,
}

impl WebhookSettings {
    /// Some twice, some late, some lost, some out of order.
    #[must_use]
    pub fn new(
        authority: impl Into<String>,
        path: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            authority: authority.into(),
            path: path.into(),
            secret: secret.into(),
            duplicates: 300,
            delays: 500,
            delay_seconds: 90,
            drops: 200,
            swaps: 300,
            forged: 0,
            seed: 1,
        }
    }

    /// Every event once, at once, in order.
    #[must_use]
    pub fn faithful(
        authority: impl Into<String>,
        path: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            duplicates: 0,
            delays: 0,
            drops: 0,
            swaps: 0,
            ..Self::new(authority, path, secret)
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

/// One delivery.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) topic: &'static str,
    pub(crate) body: String,
    number: u64,
    event: u64,
    at: Stamp,
    forged: bool,
}

/// The emitter: remembers what it has told.
#[derive(Debug, Default)]
pub(crate) struct Webhooks(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    place: usize,
    number: u64,
    held_back: Vec<(Stamp, Delivery)>,
}

impl Webhooks {
    /// The deliveries to send now.
    pub(crate) fn due(&self, world: &World, settings: &WebhookSettings) -> (Vec<Delivery>, Sent) {
        let mut state = self.state();
        let from = std::mem::replace(&mut state.place, world.changes.len());
        let (mut sent, mut due) = (Sent::default(), Vec::new());
        let (ready, later): (Vec<_>, Vec<_>) = std::mem::take(&mut state.held_back)
            .into_iter()
            .partition(|(at, _)| *at <= world.now);
        state.held_back = later;
        for (event, (at, change)) in world.changes.iter().enumerate().skip(from) {
            for (topic, body) in rest::bodies(world, *change) {
                sent.events += 1;
                state.number += 1;
                let mut dice = Dice::new(settings.seed, 0x540b_0000 + state.number);
                let forged = dice.chance(settings.forged);
                let delivery = Delivery {
                    topic,
                    body: body.to_string(),
                    number: state.number,
                    event: event as u64,
                    at: *at,
                    forged,
                };
                if dice.chance(settings.drops) {
                    sent.dropped += 1;
                    continue;
                }
                if dice.chance(settings.duplicates) {
                    due.push(delivery.clone());
                }
                if dice.chance(settings.delays) {
                    state
                        .held_back
                        .push((world.now.plus(settings.delay_seconds), delivery));
                } else {
                    due.push(delivery);
                }
                if due.len() > 1 && dice.chance(settings.swaps) {
                    let last = due.len() - 1;
                    due.swap(last - 1, last);
                }
            }
        }
        due.extend(ready.into_iter().map(|(_, delivery)| delivery));
        sent.waiting = state.held_back.len() as u64;
        (due, sent)
    }

    /// A delivery outside the world's own course.
    pub(crate) fn extra(&self, topic: &'static str, body: &Value, at: Stamp) -> Delivery {
        let mut state = self.state();
        state.number += 1;
        Delivery {
            topic,
            body: body.to_string(),
            number: state.number,
            event: 0,
            at,
            forged: false,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signature of a body.
fn signature(secret: &str, body: &str) -> String {
    STANDARD.encode(hmac::sha256(secret.as_bytes(), body.as_bytes()))
}

/// Posts a delivery; whether the receiver took it.
pub(crate) async fn post(
    settings: &WebhookSettings,
    (domain, version): (&str, &str),
    delivery: &Delivery,
) -> bool {
    let key = if delivery.forged {
        "somebody-else"
    } else {
        &settings.secret
    };
    let headers = format!(
        "X-Shopify-Topic: {}\r\nX-Shopify-Hmac-Sha256: {}\r\nX-Shopify-Shop-Domain: {domain}\r\n\
         X-Shopify-API-Version: {version}\r\nX-Shopify-Webhook-Id: 00000000-0000-4000-8000-{:012}\r\n\
         X-Shopify-Event-Id: 00000000-0000-4000-9000-{:012}\r\nX-Shopify-Triggered-At: {}\r\n",
        delivery.topic,
        signature(key, &delivery.body),
        delivery.number,
        delivery.event,
        delivery.at,
    );
    crate::push::post(
        &settings.authority,
        &settings.path,
        &headers,
        &delivery.body,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_signature_is_that_of_the_reference() {
        let body = r##"{"id":5001,"name":"#1001"}"##;
        assert_eq!(
            signature("example-signing-key", body),
            "CX608Nuh0RPKQGaUk482EG9iZsJSDze5D5iGyJmMxZE="
        );
    }
}
