//! Bulk operations: checked as the vendor checks them, read at once, told as done after some polls.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::document::{Operation, Sel};
use super::execute::Run;
use super::faults::{Fault, Faults};
use super::node::{Node, Out};
use super::schema::Shape;
use crate::Stamp;

const FIRST: i64 = 9_901;
/// Results that are kept; older ones are gone, as after seven days.
const KEPT: usize = 4;

#[derive(Debug)]
struct Job {
    query: String,
    created: Stamp,
    completed: Option<Stamp>,
    status: &'static str,
    /// Polls until it is done.
    polls: u32,
    ends_as: &'static str,
    error: &'static str,
    objects: usize,
    roots: usize,
    result: Bytes,
}

/// The jobs of a shop.
#[derive(Debug)]
pub(crate) struct Bulks {
    polls: u32,
    jobs: Mutex<Vec<Job>>,
}

impl Bulks {
    pub(crate) fn new(polls: u32) -> Self {
        Self {
            polls,
            jobs: Mutex::new(Vec::new()),
        }
    }

    fn jobs(&self) -> MutexGuard<'_, Vec<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The running jobs, as the refusal of a further one lists them.
    pub(crate) fn running(&self) -> Vec<String> {
        let jobs = self.jobs();
        let open = jobs
            .iter()
            .enumerate()
            .filter(|(_, job)| job.completed.is_none());
        open.map(|(place, _)| gid(place)).collect()
    }

    /// A job as a poll shows it; polling is what brings it on.
    pub(crate) fn show(&self, id: Option<&str>, now: Stamp, base_url: &str) -> Value {
        let mut jobs = self.jobs();
        let place = match id {
            None => jobs.len().checked_sub(1),
            Some(id) => (0..jobs.len()).find(|place| gid(*place) == id),
        };
        let Some(place) = place else {
            return Value::Null;
        };
        let job = &mut jobs[place];
        if job.completed.is_none() {
            if job.polls == 0 {
                (job.status, job.completed) = (job.ends_as, Some(now));
            } else {
                (job.status, job.polls) = ("RUNNING", job.polls - 1);
            }
        }
        print(job, place, base_url)
    }

    /// Stops a job; done ones refuse.
    pub(crate) fn cancel(&self, id: &str, base_url: &str) -> Value {
        let mut jobs = self.jobs();
        let Some(place) = (0..jobs.len()).find(|place| gid(*place) == id) else {
            return refused(Value::Null, "Bulk operation does not exist", "INVALID");
        };
        if jobs[place].completed.is_some() {
            return refused(
                Value::Null,
                "A bulk operation cannot be canceled when it is completed",
                "INVALID",
            );
        }
        let job = &mut jobs[place];
        (job.status, job.ends_as, job.polls) = ("CANCELING", "CANCELED", 0);
        json!({"bulkOperation": print(job, place, base_url), "userErrors": []})
    }

    /// The lines of a job, and whether they are all there are.
    pub(crate) fn result(&self, number: i64) -> Option<Bytes> {
        let jobs = self.jobs();
        let job = jobs.get(usize::try_from(number - FIRST).ok()?)?;
        let served = matches!(job.status, "COMPLETED" | "FAILED") && !job.result.is_empty();
        served.then(|| job.result.clone())
    }

    /// Reads everything a query asks for.
    pub(crate) fn start(&self, run: &mut Run<'_>, operation: &Operation, query: &str) -> Value {
        let read = read(run, &operation.subs[0]);
        let denied = read.is_none();
        let (lines, roots) = read.unwrap_or_default();
        let struck = |faults: &Faults, fault| faults.strikes(fault, "bulk").is_some();
        let objects = lines.len();
        let (lines, ends_as) = if struck(run.faults, Fault::BulkFailed) {
            (lines[..objects / 2].to_vec(), "FAILED")
        } else if denied {
            (Vec::new(), "FAILED")
        } else if struck(run.faults, Fault::BulkExpired) {
            (Vec::new(), "EXPIRED")
        } else {
            (spoiled(lines, run.faults), "COMPLETED")
        };
        let mut result = lines.join("\n");
        if !result.is_empty() {
            result.push('\n');
        }
        let mut jobs = self.jobs();
        let place = jobs.len();
        jobs.push(Job {
            query: query.to_owned(),
            created: run.world.now,
            completed: None,
            status: "CREATED",
            polls: self.polls,
            ends_as,
            error: if denied {
                "ACCESS_DENIED"
            } else {
                "INTERNAL_SERVER_ERROR"
            },
            objects,
            roots,
            result: Bytes::from(result),
        });
        if let Some(old) = place.checked_sub(KEPT) {
            jobs[old].result = Bytes::new();
        }
        json!({"bulkOperation": print(&jobs[place], place, run.base_url), "userErrors": []})
    }
}

fn gid(place: usize) -> String {
    format!("gid://shopify/BulkOperation/{}", FIRST + place as i64)
}

fn print(job: &Job, place: usize, base_url: &str) -> Value {
    let done = job.completed.is_some();
    let url = format!("{base_url}/_bulk/{}?signature=x", FIRST + place as i64);
    let there = !job.result.is_empty();
    let counted = |count: usize| {
        if done {
            count.to_string()
        } else {
            "0".to_owned()
        }
    };
    json!({
        "__typename": "BulkOperation",
        "id": gid(place),
        "status": job.status,
        "type": "QUERY",
        "query": job.query,
        "objectCount": counted(job.objects),
        "rootObjectCount": counted(job.roots),
        "fileSize": (done && there).then(|| job.result.len().to_string()),
        "url": (done && there && job.status == "COMPLETED").then_some(&url),
        "partialDataUrl": (done && there && job.status == "FAILED").then_some(&url),
        "errorCode": (job.status == "FAILED").then_some(job.error),
        "createdAt": job.created,
        "completedAt": job.completed.filter(|_| job.status == "COMPLETED"),
    })
}

/// The payload of a refusal.
pub(crate) fn refused(field: Value, message: &str, code: &str) -> Value {
    json!({"bulkOperation": null, "userErrors": [{"field": field, "message": message, "code": code}]})
}

/// Why a query cannot run in bulk.
pub(crate) fn objection(operation: &Operation) -> Option<String> {
    let [top] = operation.subs.as_slice() else {
        return Some("Bulk queries must have one top-level field".to_owned());
    };
    if operation.mutation || matches!(top.name.as_str(), "node" | "nodes") {
        return Some("Bulk queries cannot start there".to_owned());
    }
    let mut connections = 0;
    if let Some(text) = look(top, (0, false), &mut connections) {
        return Some(text);
    }
    match connections {
        0 => Some("Bulk queries must contain at least one connection".to_owned()),
        1..=5 => None,
        _ => Some("Bulk queries cannot contain more than 5 connections".to_owned()),
    }
}

fn look(sel: &Sel, (depth, listed): (usize, bool), connections: &mut usize) -> Option<String> {
    if sel.shape != Shape::Connection {
        let listed = listed || (sel.shape == Shape::List && !sel.of.is_empty());
        return sel
            .subs
            .iter()
            .find_map(|sub| look(sub, (depth, listed), connections));
    }
    *connections += 1;
    if listed {
        return Some(format!(
            "Queries that contain a connection field within a list field are not supported: {}",
            sel.name
        ));
    }
    if depth >= 2 {
        return Some("Bulk queries cannot be nested deeper than 2 connections".to_owned());
    }
    if sel.subs.iter().any(|sub| sub.name == "nodes") {
        return Some("Bulk queries must use edges, not nodes".to_owned());
    }
    for row in sel.rows() {
        let nests = row.subs.iter().any(|sub| sub.shape == Shape::Connection);
        if nests && !row.subs.iter().any(|sub| sub.name == "id" && !sub.aliased) {
            return Some(format!(
                "The parent 'node' field for a nested connection must select the 'id' field: {}",
                sel.name
            ));
        }
        if let Some(text) = row
            .subs
            .iter()
            .find_map(|sub| look(sub, (depth + 1, false), connections))
        {
            return Some(text);
        }
    }
    None
}

/// Every line, and how many have no parent; `None` when the scope is missing. Root by root: a whole history as one value
/// would not fit in modest memory.
fn read(run: &mut Run<'_>, top: &Sel) -> Option<(Vec<String>, usize)> {
    if run.refusal(Node::Root, top).is_some() {
        return None;
    }
    run.whole = true;
    let mut lines = Vec::new();
    match super::roots::resolve(run, top) {
        Out::Rows(rows, _) => {
            let node = top.rows().next()?;
            for row in rows {
                let value = run.object(row.node, &node.subs);
                object(&node.subs, value, None, &mut lines);
            }
        }
        Out::Node(node) => {
            let value = run.object(node, &top.subs);
            object(&top.subs, value, None, &mut lines);
        }
        _ => {}
    }
    let roots = lines.iter().filter(|(child, _)| !child).count();
    Some((lines.into_iter().map(|(_, line)| line).collect(), roots))
}

fn rows(sel: &Sel, value: Value, parent: Option<&str>, lines: &mut Vec<(bool, String)>) {
    let edges = sel.subs.iter().find(|sub| sub.name == "edges");
    let Some((edges, Value::Object(mut fields))) = edges.zip(Some(value)) else {
        return;
    };
    let Some(Value::Array(items)) = fields.remove(&edges.key) else {
        return;
    };
    let node = edges.subs.iter().find(|sub| sub.name == "node");
    for mut item in items {
        if let Some(node) = node {
            object(&node.subs, item["node"].take(), parent, lines);
        }
    }
}

/// A line of its own, then those of its nested connections.
fn object(subs: &[Sel], value: Value, parent: Option<&str>, lines: &mut Vec<(bool, String)>) {
    let Value::Object(mut fields) = value else {
        return;
    };
    let nested = connections(subs, &mut fields);
    let id = fields.get("id").and_then(Value::as_str).map(str::to_owned);
    if let Some(parent) = parent {
        fields.insert("__parentId".to_owned(), json!(parent));
    }
    lines.push((parent.is_some(), Value::Object(fields).to_string()));
    for (sel, value) in nested {
        rows(sel, value, id.as_deref(), lines);
    }
}

fn connections<'s>(subs: &'s [Sel], fields: &mut Map<String, Value>) -> Vec<(&'s Sel, Value)> {
    let nested = subs.iter().filter(|sub| sub.shape == Shape::Connection);
    nested
        .filter_map(|sub| fields.remove(&sub.key).map(|value| (sub, value)))
        .collect()
}

/// Faults of the file.
fn spoiled(mut lines: Vec<String>, faults: &Faults) -> Vec<String> {
    let strikes = |fault| faults.strikes(fault, "bulk").is_some();
    if strikes(Fault::BulkTruncated) {
        lines.truncate(lines.len() - lines.len() / 3);
    }
    if strikes(Fault::BulkShuffled) {
        lines.reverse();
    }
    if strikes(Fault::BulkBrokenLine)
        && let Some(line) = lines.get_mut(1)
    {
        let half = (0..=line.len() / 2)
            .rev()
            .find(|at| line.is_char_boundary(*at))
            .unwrap_or(0);
        line.truncate(half);
    }
    lines
}
