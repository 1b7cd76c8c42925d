//! Webhooks as the vendor sends them (reference/servicetitan.md A6): CloudEvents, signed, late, twice, not at all.
//! A hint to look, never the truth.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::endpoints::Kind;
use super::jpm::JobStatus;
use super::table::Form;
use super::world::World;
use crate::Stamp;
use crate::dice::Dice;

/// Where webhooks go, and how badly. Rates are so many of 10,000 events.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Host and port of the receiver, such as `127.0.0.1:8080`; plain HTTP.
    pub authority: String,
    /// The path.
    pub path: String,
    /// The shared key; `None` sends without a signature.
    pub key: Option<String>,
    /// The signature in base64 instead of hex: nobody knows which the vendor sends.
    pub base64: bool,
    /// Events delivered twice, under two ids and one `userassignedid` (Q40).
    pub duplicates: u32,
    /// Events held back.
    pub delays: u32,
    /// How long, in simulated seconds.
    pub delay_seconds: i64,
    /// Events that never come.
    pub drops: u32,
    /// Decides which.
    pub seed: u64,
}

impl WebhookSettings {
    /// Some twice, some late, some lost; signed in hex.
    #[must_use]
    pub fn new(authority: impl Into<String>, path: impl Into<String>, key: Option<String>) -> Self {
        Self {
            authority: authority.into(),
            path: path.into(),
            key,
            base64: false,
            duplicates: 300,
            delays: 500,
            delay_seconds: 90,
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

/// The kinds that are told, and the name of the object that tells them.
const TOLD: [(Kind, &str); 8] = [
    (Kind::Jobs, "job"),
    (Kind::History, "job"),
    (Kind::Appointments, "appointment"),
    (Kind::Assignments, "assignment"),
    (Kind::Invoices, "invoice"),
    (Kind::Leads, "lead"),
    (Kind::Bookings, "booking"),
    (Kind::Calls, "call"),
];

/// The emitter: remembers what it has told.
#[derive(Debug, Default)]
pub(crate) struct Webhooks(Mutex<BTreeMap<i64, Told>>);

/// What one tenant was told.
#[derive(Debug, Default)]
struct Told {
    /// Places in the changes of each kind.
    places: Vec<usize>,
    held_back: Vec<(Stamp, Value)>,
    occurrences: u64,
    deliveries: u64,
}

impl Webhooks {
    /// The bodies to send now. The first look tells nothing: history has no webhooks.
    pub(crate) fn due(&self, world: &World, settings: &WebhookSettings) -> (Vec<Value>, Sent) {
        let mut tenants = self.told();
        let told = tenants.entry(world.config.tenant_id).or_default();
        let ends: Vec<usize> = TOLD
            .iter()
            .map(|(kind, _)| world.listing(*kind).changes().len())
            .collect();
        let before = std::mem::replace(&mut told.places, ends.clone());
        let mut sent = Sent::default();
        let mut bodies = Vec::new();
        for (((kind, name), from), to) in TOLD.iter().zip(before).zip(ends) {
            for place in from..to {
                let Some(kind_of_event) = event(world, *kind, place) else {
                    continue;
                };
                sent.events += 1;
                let body = told.envelope(world, (*kind, name, place), kind_of_event);
                told.queue(body, settings, world.now, (&mut bodies, &mut sent));
            }
        }
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut told.held_back)
            .into_iter()
            .partition(|(at, _)| *at <= world.now);
        told.held_back = later;
        bodies.extend(due.into_iter().map(|(_, body)| body));
        sent.waiting = told.held_back.len() as u64;
        (bodies, sent)
    }

    fn told(&self) -> MutexGuard<'_, BTreeMap<i64, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The type of event of a change, if the vendor tells of it: cancelled jobs, for one, pass in silence.
fn event(world: &World, kind: Kind, place: usize) -> Option<&'static str> {
    let table = world.listing(kind);
    if !table.is_newest(place) {
        return None;
    }
    let row = table.changes()[place].1 as usize;
    let meta = table.metas()[row];
    let fresh = meta.created == meta.modified;
    match kind {
        Kind::Jobs => match world.jobs.get(meta.id)?.status {
            _ if !meta.active => None,
            JobStatus::Canceled => None,
            JobStatus::Completed => Some("tn.jpm.job-completed"),
            _ if fresh => Some("tn.jpm.job-scheduled"),
            _ => Some("tn.jpm.job-updated"),
        },
        Kind::History => {
            let moved = world.history.get(meta.id)?.event == super::booking::RESCHEDULED;
            moved.then_some("tn.jpm.job-rescheduled")
        }
        Kind::Appointments => (!fresh).then_some("tn.jpm.job-appointment-updated"),
        Kind::Assignments => {
            let status = world.assignments.get(meta.id)?.status;
            (status == super::jpm::VisitStatus::Dispatched)
                .then_some("tn.dis.technician-dispatched")
        }
        Kind::Invoices => match world.invoices.get(meta.id)?.sync_status {
            "Posted" => Some("tn.acc.invoice-posted"),
            _ => Some("tn.acc.invoice-updated"),
        },
        Kind::Leads => Some(if fresh {
            "tn.crm.lead-created"
        } else {
            "tn.crm.lead-updated"
        }),
        Kind::Bookings => Some("tn.crm.booking-updated"),
        Kind::Calls => Some("tn.tlc.call-completed"),
        _ => None,
    }
}

impl Told {
    fn envelope(
        &mut self,
        world: &World,
        (kind, name, place): (Kind, &str, usize),
        event: &str,
    ) -> Value {
        let table = world.listing(kind);
        let (at, row) = table.changes()[place];
        // A line of history speaks of its job, and shows that.
        let of_job = world
            .history
            .get(table.metas()[row as usize].id)
            .filter(|_| kind == Kind::History);
        let job = of_job.and_then(|entry| world.jobs.index(entry.job));
        let mut bytes = Vec::new();
        match job {
            Some(job) => world
                .listing(Kind::Jobs)
                .print(job, Form::LIST, world, &mut bytes),
            None => table.print(row as usize, Form::LIST, world, &mut bytes),
        }
        let object: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        self.occurrences += 1;
        self.deliveries += 1;
        let tenant = world.config.tenant_id;
        let mut data = json!({"tenantId": tenant, "tenantName": world.config.name});
        data[name] = object;
        json!({
            "specversion": "1.0",
            "id": format!("d-{tenant}-{}", self.deliveries),
            "type": event,
            "time": at,
            "source": "https://webhooks.servicetitan.io",
            "userassignedid": format!("occ-{tenant}-{}", self.occurrences),
            "datacontenttype": "application/json",
            "data": data,
        })
    }

    fn queue(
        &mut self,
        body: Value,
        settings: &WebhookSettings,
        now: Stamp,
        (bodies, sent): (&mut Vec<Value>, &mut Sent),
    ) {
        let mut dice = Dice::new(settings.seed, 0x3eb0_0000 + self.occurrences);
        if dice.chance(settings.drops) {
            sent.dropped += 1;
            return;
        }
        if dice.chance(settings.duplicates) {
            self.deliveries += 1;
            let mut again = body.clone();
            again["id"] = json!(format!("d-again-{}", self.deliveries));
            bodies.push(again);
        }
        if dice.chance(settings.delays) {
            self.held_back
                .push((now.plus(settings.delay_seconds), body));
        } else {
            bodies.push(body);
        }
    }
}

/// HMAC-SHA256 (RFC 2104) over the raw body.
fn signature(key: &str, body: &str, base64: bool) -> String {
    let mut block = [0_u8; 64];
    let key = key.as_bytes();
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |byte: u8| block.map(|part| part ^ byte);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(body.as_bytes())
        .finalize();
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize();
    if base64 {
        STANDARD.encode(outer)
    } else {
        outer.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Posts a body; whether the receiver took it.
pub(crate) async fn post(settings: &WebhookSettings, body: &Value) -> bool {
    let text = body.to_string();
    let signed = settings
        .key
        .as_deref()
        .map(|key| signature(key, &text, settings.base64));
    let header = signed.map(|sign| format!("x-servicetitan-signature: {sign}\r\n"));
    crate::push::post(
        &settings.authority,
        &settings.path,
        &header.unwrap_or_default(),
        &text,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        // Test case 2 of RFC 4231.
        assert_eq!(
            signature("Jefe", "what do ya want for nothing?", false),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
