//! Records as the REST interface and the webhooks print them: the two do not agree about times.

use serde_json::{Value, json};

use super::world::{Conversation, Message, Rating, World, display};
use crate::Stamp;
use crate::shopify::plan::{order_name, person};

const AGENTS: [(i64, &str); 3] = [(5, "Agent One"), (6, "Agent Two"), (7, "Agent Three")];
pub(crate) const INBOXES: [(i64, &str, &str); 2] = [
    (3, "Website", "Channel::WebWidget"),
    (4, "Mail", "Channel::Email"),
];
pub(crate) const TEAMS: [(i64, &str); 2] = [(1, "support"), (2, "escalations")];

/// ISO text with milliseconds.
pub(crate) fn iso(at: Stamp) -> Value {
    json!(at.to_string().replace('Z', ".000Z"))
}

/// Unix seconds, 0 for null.
fn or_zero(at: Option<Stamp>) -> i64 {
    at.map_or(0, |at| at.0)
}

/// Unix seconds with a fraction, as `updated_at` has it.
fn float(at: Stamp) -> Value {
    serde_json::from_str(&format!("{}.25", at.0)).unwrap_or_default()
}

pub(crate) fn agent(id: i64) -> Value {
    let name = AGENTS
        .iter()
        .find(|(known, _)| *known == id)
        .map_or("Agent", |(_, name)| name);
    json!({
        "id": id, "account_id": 1, "name": name, "available_name": name, "email": format!("agent{id}@example.com"),
        "role": if id == 5 { "administrator" } else { "agent" }, "confirmed": true, "availability_status": "online",
    })
}

pub(crate) fn agents() -> Value {
    json!(AGENTS.iter().map(|(id, _)| agent(*id)).collect::<Vec<_>>())
}

/// A contact; 2 of 3 have a telephone number.
pub(crate) fn contact(world: &World, buyer: u32) -> Value {
    let id = world.contacts.get(&buyer).copied().unwrap_or(0);
    // Of merged contacts the one that was there first is shown.
    let kept = world
        .contacts
        .iter()
        .filter(|(_, contact)| **contact == id)
        .map(|(buyer, _)| *buyer)
        .min();
    let (name, mail) = person(kept.unwrap_or(buyer));
    let about = world
        .conversations
        .iter()
        .filter(|found| !found.deleted && world.contacts.get(&found.buyer) == Some(&id));
    let times: Vec<(Stamp, Stamp)> = about.map(|found| (found.created, found.active)).collect();
    json!({
        "id": id, "name": name, "email": mail,
        "phone_number": (id % 3 != 0).then(|| format!("+1555{id:07}")),
        "identifier": null, "blocked": false, "custom_attributes": {}, "additional_attributes": {},
        "created_at": times.iter().map(|(created, _)| created.0).min(),
        "last_activity_at": times.iter().map(|(_, active)| active.0).max(),
        "thumbnail": "", "type": "contact",
    })
}

fn team(id: i64) -> Value {
    let name = TEAMS
        .iter()
        .find(|(known, _)| *known == id)
        .map_or("", |(_, name)| name);
    json!({"id": id, "name": name, "description": null, "allow_auto_assign": true, "account_id": 1})
}

pub(crate) fn teams() -> Value {
    json!(TEAMS.iter().map(|(id, _)| team(*id)).collect::<Vec<_>>())
}

pub(crate) fn inboxes(ids: &[i64], timezone: &str) -> Value {
    let shown = INBOXES.iter().filter(|(id, ..)| ids.contains(id));
    let rows = shown.map(|(id, name, channel)| {
        json!({
            "id": id, "name": name, "channel_type": channel, "timezone": timezone, "working_hours_enabled": false,
            "working_hours": [], "csat_survey_enabled": true, "lock_to_single_conversation": false,
        })
    });
    json!({"payload": rows.collect::<Vec<_>>()})
}

/// A sender as messages carry it; activities have none.
fn sender(world: &World, conversation: &Conversation, message: &Message) -> Value {
    match (message.kind, message.agent) {
        (0, _) => {
            let person = contact(world, conversation.buyer);
            json!({"id": person["id"], "name": person["name"], "email": person["email"], "type": "contact"})
        }
        (1, _) if message.bot => json!({"id": 1, "name": "Bot", "type": "agent_bot"}),
        (1, Some(id)) => {
            json!({"id": id, "name": agent(id)["name"], "email": agent(id)["email"], "type": "user"})
        }
        _ => Value::Null,
    }
}

/// A message of the REST list: numbers for time and kind.
pub(crate) fn message(world: &World, index: usize, place: usize) -> Value {
    let conversation = &world.conversations[index];
    let message = &conversation.messages[place];
    let mut body = json!({
        "id": message.id, "content": message.content, "inbox_id": conversation.inbox, "conversation_id": display(index),
        "message_type": message.kind, "content_type": if message.survey { "input_csat" } else { "text" },
        "status": "sent", "content_attributes": attributes(message), "created_at": message.at.0,
        "private": message.private, "source_id": null,
    });
    let from = sender(world, conversation, message);
    if !from.is_null() {
        body["sender"] = from;
    }
    body
}

fn attributes(message: &Message) -> Value {
    let mut attributes = json!({});
    if message.deleted {
        attributes["deleted"] = json!(true);
    }
    if let Some(rating) = message.rating {
        attributes["submitted_values"] =
            json!({"csat_survey_response": {"rating": rating, "feedback_message": null}});
    }
    attributes
}

/// A conversation of the REST list: seconds, and 0 for null.
pub(crate) fn conversation(world: &World, index: usize) -> Value {
    let found = &world.conversations[index];
    let channel = INBOXES
        .iter()
        .find(|(id, ..)| *id == found.inbox)
        .map_or("", |(.., channel)| channel);
    let mut meta =
        json!({"sender": contact(world, found.buyer), "channel": channel, "hmac_verified": false});
    if let Some(id) = found.agent {
        meta["assignee"] = agent(id);
        meta["assignee_type"] = json!("User");
    }
    if let Some(id) = found.team {
        meta["team"] = team(id);
    }
    let last = found
        .messages
        .iter()
        .rposition(|message| message.kind != 2)
        .map(|place| {
            let mut last = message(world, index, place);
            last["updated_at"] = iso(found.messages[place].at);
            last
        });
    let order = found.order.map(order_name);
    json!({
        "meta": meta, "id": display(index), "uuid": format!("00000000-0000-4000-8000-{:012}", display(index)),
        "account_id": world.config.account_id, "inbox_id": found.inbox, "status": found.status,
        "priority": found.priority, "labels": found.labels, "created_at": found.created.0,
        "updated_at": float(found.updated), "timestamp": found.active.0, "last_activity_at": found.active.0,
        "first_reply_created_at": or_zero(found.first_reply), "waiting_since": or_zero(found.waiting),
        "snoozed_until": null, "agent_last_seen_at": 0, "assignee_last_seen_at": 0, "contact_last_seen_at": 0,
        "can_reply": true, "muted": false, "unread_count": 0,
        "custom_attributes": order.map_or_else(|| json!({}), |name| json!({"order_name": name})),
        "additional_attributes": {}, "messages": last.iter().collect::<Vec<_>>(), "last_non_activity_message": last,
        "sla_policy_id": null,
    })
}

/// A row of the survey's answers.
pub(crate) fn rating(world: &World, row: &Rating) -> Value {
    let mut body = json!({
        "id": row.id, "rating": row.rating, "feedback_message": null, "account_id": world.config.account_id,
        "message_id": row.message, "conversation_id": display(row.conversation),
        "contact": contact(world, world.conversations[row.conversation].buyer), "created_at": row.at.0,
    });
    if let Some(id) = row.agent {
        body["assigned_agent"] = agent(id);
    }
    body
}

/// A conversation as webhooks carry it: `first_reply_created_at` is ISO text here.
pub(crate) fn told_conversation(world: &World, index: usize) -> Value {
    let mut body = conversation(world, index);
    let found = &world.conversations[index];
    body["first_reply_created_at"] = found.first_reply.map_or(Value::Null, iso);
    body["channel"] = body["meta"]["channel"].clone();
    body
}

/// A message as webhooks carry it: ISO time, and a word for its kind.
pub(crate) fn told_message(world: &World, index: usize, place: usize) -> Value {
    let found = &world.conversations[index].messages[place];
    let mut body = message(world, index, place);
    body["created_at"] = iso(found.at);
    body["message_type"] =
        json!(["incoming", "outgoing", "activity", "template"][found.kind.clamp(0, 3) as usize]);
    body["account"] = json!({"id": world.config.account_id, "name": world.config.store.name});
    body["inbox"] = json!({"id": world.conversations[index].inbox});
    body["conversation"] = told_conversation(world, index);
    body
}
