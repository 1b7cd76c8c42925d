//! Webhooks: sent once, signed since 4.11.2, in no promised order; hints only (reference/commerce-apis.md 2.6).

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::json::{told_conversation, told_message};
use super::world::{Told, World};
use crate::dice::Dice;
use crate::{Stamp, hmac};

/// Where webhooks go, and how badly. Rates are so many of 10,000 events.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Host and port of the receiver, such as `127.0.0.1:8080`; plain HTTP.
    pub authority: String,
    /// The path.
    pub path: String,
    /// The webhook's secret; `None` is a server before 4.11.2, which sends nothing to verify.
    pub secret: Option<String>,
    /// Events that come twice.
    pub duplicates: u32,
    /// Events that never come.
    pub drops: u32,
    /// Events that change places with the one before.
    pub swaps: u32,
    /// Decides which.
    pub seed: u64,
}

impl WebhookSettings {
    /// Some twice, some lost, some out of order.
    #[must_use]
    pub fn new(
        authority: impl Into<String>,
        path: impl Into<String>,
        secret: Option<String>,
    ) -> Self {
        Self {
            authority: authority.into(),
            path: path.into(),
            secret,
            duplicates: 200,
            drops: 300,
            swaps: 500,
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
}

/// The emitter: remembers how far it has told.
#[derive(Debug, Default)]
pub(crate) struct Webhooks(Mutex<usize>);

impl Webhooks {
    pub(crate) fn due(&self, world: &World, settings: &WebhookSettings) -> (Vec<Value>, Sent) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = std::mem::replace(&mut *place, world.changes.len());
        let (mut bodies, mut sent) = (Vec::new(), Sent::default());
        for (number, (_, index, told)) in world.changes.iter().enumerate().skip(from) {
            for body in events(world, *index, *told) {
                sent.events += 1;
                let mut dice =
                    Dice::new(settings.seed, 0xc4a7_0000 + number as u64 * 4 + sent.events);
                if dice.chance(settings.drops) {
                    sent.dropped += 1;
                    continue;
                }
                if dice.chance(settings.duplicates) {
                    bodies.push(body.clone());
                }
                bodies.push(body);
                if bodies.len() > 1 && dice.chance(settings.swaps) {
                    let last = bodies.len() - 1;
                    bodies.swap(last - 1, last);
                }
            }
        }
        (bodies, sent)
    }
}

/// What a change sets off; activities are not told.
fn events(world: &World, index: usize, told: Told) -> Vec<Value> {
    let named = |event: &str, mut body: Value| {
        body["event"] = json!(event);
        body
    };
    let found = &world.conversations[index];
    if found.deleted {
        return Vec::new();
    }
    match told {
        Told::Created => vec![named(
            "conversation_created",
            told_conversation(world, index),
        )],
        Told::Status { from } => {
            let mut body = told_conversation(world, index);
            body["changed_attributes"] =
                json!([{"status": {"previous_value": from, "current_value": found.status}}]);
            vec![
                named("conversation_status_changed", body.clone()),
                named("conversation_updated", body),
            ]
        }
        Told::Updated => {
            let mut body = told_conversation(world, index);
            body["changed_attributes"] = Value::Null;
            vec![named("conversation_updated", body)]
        }
        Told::Message(place) => vec![named("message_created", told_message(world, index, place))],
        Told::MessageUpdated(place) => {
            vec![named("message_updated", told_message(world, index, place))]
        }
    }
}

/// The signature of a body at a time: `sha256=` and hex over `time.body`.
fn signature(secret: &str, at: Stamp, body: &str) -> String {
    let signed = format!("{}.{body}", at.0);
    format!(
        "sha256={}",
        hmac::hex(&hmac::sha256(secret.as_bytes(), signed.as_bytes()))
    )
}

/// Posts a body at an instant; whether the receiver took it.
pub(crate) async fn post(
    settings: &WebhookSettings,
    (number, at): (u64, Stamp),
    body: &Value,
) -> bool {
    let text = body.to_string();
    let headers = settings.secret.as_deref().map(|secret| {
        format!(
            "X-Chatwoot-Signature: {}\r\nX-Chatwoot-Timestamp: {}\r\nX-Chatwoot-Delivery: 00000000-0000-4000-8000-{number:012}\r\n",
            signature(secret, at, &text),
            at.0
        )
    });
    crate::push::post(
        &settings.authority,
        &settings.path,
        &headers.unwrap_or_default(),
        &text,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::signature;
    use crate::Stamp;

    #[test]
    fn the_signature_is_that_of_the_reference() {
        let body = r##"{"id":5001,"name":"#1001"}"##;
        assert_eq!(
            signature("example-signing-key", Stamp(1_760_360_400), body),
            "sha256=b80b02d2ee93c0786b9d0b7549eb5bd8e8f2c301d4156a6d9a6f2567434af12f"
        );
    }
}
