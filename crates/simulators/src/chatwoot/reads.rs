//! The lists and single records of the interface.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::app::{Call, Refusal};
use super::json as print;
use super::world::{Conversation, World, display};
use crate::Stamp;

type Answer = Result<Value, Refusal>;

pub(crate) fn answer(world: &World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.rest.iter().map(String::as_str).collect();
    if call.v2 {
        return reports(world, call, &parts);
    }
    match parts.as_slice() {
        ["conversations"] => Ok(conversations(world, call)),
        ["conversations", "meta"] => Ok(json!({"meta": meta(&found(world, call))})),
        ["conversations", id] => Ok(print::conversation(world, conversation(world, call, id)?)),
        ["conversations", id, "messages"] => messages(world, call, conversation(world, call, id)?),
        ["conversations", id, "labels"] => {
            Ok(json!({"payload": world.conversations[conversation(world, call, id)?].labels}))
        }
        ["contacts"] => Ok(contacts(world, call)),
        ["contacts", id] => Ok(json!({"payload": print::contact(world, buyer(world, id)?)})),
        ["contacts", id, "conversations"] => {
            let contact = world.contacts.get(&buyer(world, id)?);
            let of = |at: &usize| world.contacts.get(&world.conversations[*at].buyer) == contact;
            let rows = seen(world, call)
                .filter(of)
                .map(|at| print::conversation(world, at));
            Ok(json!({"payload": rows.collect::<Vec<_>>()}))
        }
        ["inboxes"] => Ok(print::inboxes(call.inboxes, &world.config.store.timezone)),
        ["agents"] => Ok(print::agents()),
        ["teams"] => Ok(print::teams()),
        ["labels"] => Ok(labels()),
        ["csat_survey_responses"] => surveys(world, call),
        ["csat_survey_responses", "metrics"] => survey_metrics(world, call),
        _ => Err(Refusal::NotFound),
    }
}

fn labels() -> Value {
    let row = |(id, title): (i64, &str)| json!({"id": id, "title": title, "description": "", "color": "#1f93ff", "show_on_sidebar": true});
    json!({"payload": [row((1, "refund")), row((2, "shipping")), row((3, "escalation"))]})
}

/// The conversations that the token sees; that others are kept from it nobody says.
fn seen<'a>(world: &'a World, call: &'a Call) -> impl Iterator<Item = usize> + 'a {
    let shown = |found: &Conversation| !found.deleted && call.inboxes.contains(&found.inbox);
    (0..world.conversations.len()).filter(move |at| shown(&world.conversations[*at]))
}

fn found<'w>(world: &'w World, call: &Call) -> Vec<(usize, &'w Conversation)> {
    let status = call.text("status").unwrap_or("open").to_owned();
    let rows = seen(world, call).map(|at| (at, &world.conversations[at]));
    rows.filter(|(_, row)| status == "all" || row.status == status)
        .filter(|(_, row)| match call.text("assignee_type") {
            Some("unassigned") => row.agent.is_none(),
            Some("assigned") => row.agent.is_some(),
            Some("me") => row.agent == Some(5),
            _ => true,
        })
        .filter(|(_, row)| {
            call.number("inbox_id")
                .is_none_or(|inbox| row.inbox == inbox)
        })
        .filter(|(_, row)| {
            call.number("team_id")
                .is_none_or(|team| row.team == Some(team))
        })
        .filter(|(_, row)| {
            call.text("labels[]")
                .is_none_or(|label| row.labels.contains(&label))
        })
        .collect()
}

fn meta(rows: &[(usize, &Conversation)]) -> Value {
    let count = |of: fn(&Conversation) -> bool| rows.iter().filter(|(_, row)| of(row)).count();
    json!({
        "mine_count": count(|row| row.agent == Some(5)), "assigned_count": count(|row| row.agent.is_some()),
        "unassigned_count": count(|row| row.agent.is_none()), "all_count": rows.len(),
    })
}

fn conversations(world: &World, call: &Call) -> Value {
    let mut rows = found(world, call);
    let counts = meta(&rows);
    match call.text("sort_by").unwrap_or("last_activity_at_desc") {
        "created_at_asc" => rows.sort_by_key(|(at, row)| (row.created, *at)),
        "created_at_desc" => rows.sort_by_key(|(at, row)| std::cmp::Reverse((row.created, *at))),
        "last_activity_at_asc" => rows.sort_by_key(|(at, row)| (row.active, *at)),
        _ => rows.sort_by_key(|(at, row)| std::cmp::Reverse((row.active, *at))),
    }
    let shown: Vec<Value> = match call.number("updated_within") {
        // Everything that changed, in one answer.
        Some(seconds) => {
            let since = world.now.plus(-seconds);
            rows.iter()
                .filter(|(_, row)| row.updated >= since)
                .map(|(at, _)| print::conversation(world, *at))
                .collect()
        }
        None => page(&rows, call, call.page_rows)
            .map(|(at, _)| print::conversation(world, *at))
            .collect(),
    };
    json!({"data": {"meta": counts, "payload": shown}})
}

fn page<'a, T>(
    rows: &'a [T],
    call: &Call,
    size: usize,
) -> impl Iterator<Item = &'a T> + use<'a, T> {
    let page = usize::try_from(call.number("page").unwrap_or(1).max(1)).unwrap_or(1);
    rows.iter().skip((page - 1).saturating_mul(size)).take(size)
}

fn conversation(world: &World, call: &Call, id: &str) -> Result<usize, Refusal> {
    let id: i64 = id.parse().map_err(|_| Refusal::NotFound)?;
    let index = usize::try_from(id - 1).ok().filter(|at| {
        world
            .conversations
            .get(*at)
            .is_some_and(|found| !found.deleted)
    });
    let index = index.ok_or(Refusal::NotFound)?;
    let may = call.inboxes.contains(&world.conversations[index].inbox);
    may.then_some(index).ok_or(Refusal::NotAuthorized)
}

fn messages(world: &World, call: &Call, index: usize) -> Answer {
    let all = &world.conversations[index].messages;
    let quiet = call.text("filter_internal_messages").is_some();
    let rows: Vec<usize> = (0..all.len())
        .filter(|at| !quiet || (!all[*at].private && all[*at].kind != 2))
        .collect();
    let shown: Vec<usize> = match (call.number("before"), call.number("after")) {
        (Some(before), Some(after)) => rows
            .into_iter()
            .filter(|at| (after..before).contains(&all[*at].id))
            .take(1_000)
            .collect(),
        (None, Some(after)) => rows
            .into_iter()
            .filter(|at| all[*at].id > after)
            .take(100)
            .collect(),
        (before, None) => {
            let until: Vec<usize> = rows
                .into_iter()
                .filter(|at| before.is_none_or(|before| all[*at].id < before))
                .collect();
            until[until.len().saturating_sub(20)..].to_vec()
        }
    };
    let found = &world.conversations[index];
    let payload: Vec<Value> = shown
        .into_iter()
        .map(|at| print::message(world, index, at))
        .collect();
    let meta = json!({
        "labels": found.labels, "additional_attributes": {}, "contact": print::contact(world, found.buyer),
        "assignee": found.agent.map(print::agent), "agent_last_seen_at": null, "assignee_last_seen_at": null,
    });
    Ok(json!({"meta": meta, "payload": payload}))
}

fn buyer(world: &World, id: &str) -> Result<u32, Refusal> {
    let id: i64 = id.parse().map_err(|_| Refusal::NotFound)?;
    let found = world.contacts.iter().find(|(_, contact)| **contact == id);
    found.map(|(buyer, _)| *buyer).ok_or(Refusal::NotFound)
}

/// Fifteen to a page, by number; merged ones are one.
fn contacts(world: &World, call: &Call) -> Value {
    let by_id: BTreeMap<i64, u32> = world
        .contacts
        .iter()
        .rev()
        .map(|(buyer, id)| (*id, *buyer))
        .collect();
    let rows: Vec<u32> = by_id.into_values().collect();
    let shown: Vec<Value> = page(&rows, call, 15)
        .map(|buyer| print::contact(world, *buyer))
        .collect();
    json!({"meta": {"count": rows.len(), "current_page": call.number("page").unwrap_or(1)}, "payload": shown})
}

/// A range of unix seconds as text; without both ends there is none.
fn range(call: &Call) -> Option<std::ops::Range<Stamp>> {
    Some(Stamp(call.number("since")?)..Stamp(call.number("until")?))
}

fn surveys(world: &World, call: &Call) -> Answer {
    if !call.admin() {
        return Err(Refusal::NotAuthorized);
    }
    let within = range(call);
    let rows: Vec<_> = world
        .ratings
        .iter()
        .filter(|row| !world.conversations[row.conversation].deleted)
        .filter(|row| within.as_ref().is_none_or(|range| range.contains(&row.at)))
        .filter(|row| {
            call.number("rating")
                .is_none_or(|rating| row.rating == rating)
        })
        .collect();
    Ok(json!(
        page(&rows, call, 25)
            .map(|row| print::rating(world, row))
            .collect::<Vec<_>>()
    ))
}

fn survey_metrics(world: &World, call: &Call) -> Answer {
    if !call.admin() {
        return Err(Refusal::NotAuthorized);
    }
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for row in &world.ratings {
        *counts.entry(row.rating.to_string()).or_default() += 1;
    }
    let messages = world
        .conversations
        .iter()
        .filter(|found| !found.deleted)
        .flat_map(|found| &found.messages);
    let sent = messages.filter(|message| message.survey).count();
    Ok(
        json!({"total_count": world.ratings.len(), "ratings_count": counts, "total_sent_messages_count": sent}),
    )
}

fn reports(world: &World, call: &Call, parts: &[&str]) -> Answer {
    if !call.admin() {
        return Err(Refusal::NotAuthorized);
    }
    match parts {
        ["reports", "conversations"] => {
            if call.text("type").is_none() {
                return Err(Refusal::Unprocessable);
            }
            let count = |of: fn(&Conversation) -> bool| {
                world
                    .conversations
                    .iter()
                    .filter(|found| !found.deleted && found.status == "open" && of(found))
                    .count()
            };
            Ok(json!({
                "open": count(|_| true), "unattended": count(|found| found.first_reply.is_none()),
                "unassigned": count(|found| found.agent.is_none()), "pending": 0,
            }))
        }
        ["reports", "summary"] => Ok(summary(world, call)),
        ["reports"] => series(world, call),
        _ => Err(Refusal::NotFound),
    }
}

/// Conversations opened in a range, and first replies given in it.
fn counted(world: &World, range: &std::ops::Range<Stamp>) -> (usize, Vec<i64>) {
    let alive = || {
        world
            .conversations
            .iter()
            .enumerate()
            .filter(|(_, found)| !found.deleted)
    };
    let opened = alive()
        .filter(|(_, found)| range.contains(&found.created))
        .count();
    let replied =
        alive().filter(|(_, found)| found.first_reply.is_some_and(|at| range.contains(&at)));
    let waits = replied.filter_map(|(at, _)| world.books.get(&display(at))?.first_response_seconds);
    (opened, waits.collect())
}

fn summary(world: &World, call: &Call) -> Value {
    let range = range(call).unwrap_or(Stamp(0)..world.now);
    let length = range.end.0 - range.start.0;
    let one = |range: &std::ops::Range<Stamp>| {
        let (opened, waits) = counted(world, range);
        let mean = (!waits.is_empty()).then(|| waits.iter().sum::<i64>() / waits.len() as i64);
        json!({"conversations_count": opened, "avg_first_response_time": mean})
    };
    let mut body = one(&range);
    body["previous"] = one(&(range.start.plus(-length)..range.start));
    body
}

/// A day's values; empty days are filled with zeros.
fn series(world: &World, call: &Call) -> Answer {
    let range = range(call).ok_or(Refusal::Unprocessable)?;
    let mut rows = Vec::new();
    let mut from = range.start;
    while from < range.end && rows.len() < 4_000 {
        let to = from.plus(86_400).min(range.end);
        let (opened, waits) = counted(world, &(from..to));
        rows.push(match call.text("metric") {
            Some("conversations_count") => json!({"value": opened, "timestamp": from.0}),
            Some("avg_first_response_time") => {
                let mean = waits.iter().sum::<i64>() / (waits.len() as i64).max(1);
                json!({"value": mean, "timestamp": from.0, "count": waits.len()})
            }
            _ => return Err(Refusal::Unprocessable),
        });
        from = to;
    }
    Ok(json!(rows))
}
