//! Carries a checked query out: walks the selection over the records.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::bulk::Bulks;
use super::document::{Sel, error};
use super::faults::{Fault, Faults};
use super::node::{Node, Out, Row, type_name};
use super::schema::{self, Shape};
use super::search::Search;
use super::world::World;
use super::{fields_goods, fields_order, fields_ship, roots};

/// One query under way.
pub(crate) struct Run<'a> {
    pub(crate) world: &'a World,
    pub(crate) faults: &'a Faults,
    pub(crate) bulks: &'a Bulks,
    pub(crate) scopes: &'a BTreeSet<String>,
    pub(crate) sees_all: bool,
    /// Contact data may be read.
    pub(crate) personal: bool,
    pub(crate) plan: &'static str,
    /// Changes younger than so many seconds are not found by `query:`.
    pub(crate) index_lag: i64,
    /// Every connection whole, as a bulk operation reads it.
    pub(crate) whole: bool,
    pub(crate) base_url: &'a str,
    pub(crate) errors: Vec<Value>,
    pub(crate) warnings: Vec<Value>,
    pub(crate) path: Vec<Value>,
}

impl Run<'_> {
    /// A bulk operation as its poll shows it.
    pub(crate) fn bulk(&self, sel: &Sel) -> Value {
        let id = sel.args.get("id").and_then(Value::as_str);
        self.bulks.show(id, self.world.now, self.base_url)
    }

    /// The search of a list; its warnings go into the answer.
    pub(crate) fn query(&mut self, sel: &Sel, known: &[&str]) -> Search {
        let Some(text) = sel
            .args
            .get("query")
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
        else {
            return Search::all();
        };
        let open = self
            .faults
            .strikes(Fault::SearchWarning, &sel.name)
            .is_some();
        let search = Search::parse(text, if open { &[] } else { known }, &self.world.zone);
        if !search.warnings.is_empty() {
            let path = [&self.path[..], &[json!(sel.key)]].concat();
            self.warnings
                .push(json!({"path": path, "query": text, "warnings": search.warnings}));
        }
        search
    }

    fn complain(&mut self, mut error: Value, key: &str) {
        let path = [&self.path[..], &[json!(key)]].concat();
        error["path"] = Value::Array(path);
        self.errors.push(error);
    }

    pub(crate) fn object(&mut self, node: Node, subs: &[Sel]) -> Value {
        let kind = type_name(self.world, node);
        let mut answer = Map::new();
        for sel in subs {
            if sel
                .on
                .as_deref()
                .is_some_and(|on| !schema::answers_to(kind, on))
            {
                continue;
            }
            let value = match self.refusal(node, sel) {
                Some(error) => {
                    self.complain(error, &sel.key);
                    Value::Null
                }
                None if sel.name == "__typename" => json!(kind),
                None => {
                    let out = self.resolve(node, sel);
                    self.show(out, sel)
                }
            };
            answer.insert(sel.key.clone(), value);
        }
        Value::Object(answer)
    }

    /// Why a field is not shown, if it is not.
    pub(crate) fn refusal(&self, node: Node, sel: &Sel) -> Option<Value> {
        let scope = schema::scope(&sel.name).filter(|_| !sel.of.is_empty());
        let linked = sel.name == "customer"
            || sel.name == "unitCost"
            || node == Node::Root
            || sel.shape == Shape::Connection;
        let lacks = scope.filter(|scope| linked && !self.scopes.contains(*scope));
        let struck = self
            .faults
            .strikes(Fault::AccessDenied, &sel.name)
            .is_some();
        if lacks.is_none() && !struck {
            return None;
        }
        let mut error = error(
            "ACCESS_DENIED",
            format!("Access denied for {} field.", sel.name),
        );
        let wanted = lacks.unwrap_or("merchant");
        error["extensions"]["requiredAccess"] = json!(format!("`{wanted}` access scope."));
        error["extensions"]["documentation"] = json!("https://shopify.dev/api/usage/access-scopes");
        Some(error)
    }

    fn resolve(&mut self, node: Node, sel: &Sel) -> Out {
        match node {
            Node::Root => roots::resolve(self, sel),
            Node::Order(order) => fields_order::order(self, order, sel),
            Node::Line(order, line) => fields_order::line(self.world, (order, line), &sel.name),
            Node::ShippingLine(order) => fields_order::shipping_line(self.world, order, &sel.name),
            Node::Discount(order) => fields_order::discount(self.world, order, &sel.name),
            Node::Agreement(order, place) => {
                fields_order::agreement(self.world, (order, place), &sel.name)
            }
            Node::Sale(order, agreement, place) => {
                fields_order::sale(self.world, (order, agreement, place), &sel.name)
            }
            Node::Refund(order, place) => {
                fields_ship::refund(self.world, (order, place), &sel.name)
            }
            Node::RefundLine(order, refund, line) => {
                fields_ship::refund_line(self.world, (order, refund, line), &sel.name)
            }
            Node::RefundShipping(order, refund) | Node::Adjustment(order, refund) => {
                fields_ship::refund_part(self.world, node, (order, refund), &sel.name)
            }
            Node::Transaction(order, place) => {
                fields_ship::transaction(self.world, (order, place), &sel.name)
            }
            Node::Fulfillment(order, place) => {
                fields_ship::parcel(self.world, (order, place), &sel.name)
            }
            Node::FulfillmentLine(order, parcel, line) => {
                fields_ship::parcel_line(self.world, (order, parcel, line), &sel.name)
            }
            Node::FulfillmentOrder(order) => fields_ship::work(self.world, order, &sel.name),
            Node::FulfillmentOrderLine(order, line) => {
                fields_ship::work_line(self.world, (order, line), &sel.name)
            }
            Node::Shop => fields_goods::shop(self, &sel.name),
            Node::Customer(at) => fields_goods::customer(self, at, &sel.name),
            Node::Product(at) => fields_goods::product(self.world, at, &sel.name),
            Node::Variant(at) => fields_goods::variant(self.world, at, &sel.name),
            Node::Item(at) => fields_goods::item(self, at, sel),
            Node::Level(at) => fields_goods::level(self.world, at, sel),
            Node::Location(at) => fields_goods::location(self, at, sel),
            Node::Event(at) => fields_goods::event(self.world, at, &sel.name),
        }
    }

    fn show(&mut self, out: Out, sel: &Sel) -> Value {
        self.path.push(json!(sel.key));
        let value = match out {
            Out::Plain(value) if sel.of.is_empty() => value,
            Out::Plain(value) => project(&value, sel),
            Out::Node(node) => self.object(node, &sel.subs),
            Out::Nodes(nodes) => {
                let first = sel
                    .args
                    .get("first")
                    .and_then(Value::as_u64)
                    .and_then(|first| usize::try_from(first).ok());
                let shown = nodes.into_iter().take(first.unwrap_or(usize::MAX));
                Value::Array(
                    shown
                        .map(|node| node.map_or(Value::Null, |node| self.object(node, &sel.subs)))
                        .collect(),
                )
            }
            Out::Rows(rows, number) => self.page(rows, number, sel),
            Out::Error(code, text) => {
                let mut error = error(code, text);
                error["path"] = json!(self.path);
                self.errors.push(error);
                Value::Null
            }
        };
        self.path.pop();
        value
    }

    /// A page of a connection, by keyset: what lies behind the cursor, whether its row is still there or not.
    fn page(&mut self, mut rows: Vec<Row>, number: bool, sel: &Sel) -> Value {
        let arg = |name: &str| sel.args.get(name).and_then(Value::as_i64);
        let (first, last) = (arg("first"), arg("last"));
        let size = first.or(last);
        let size = match size {
            _ if self.whole => i64::MAX,
            Some(size @ 0..=250) => size,
            other => {
                let text = match other {
                    None => "you must provide one of first or last".to_owned(),
                    Some(size) => format!("{} must be within 0 and 250, was {size}", sel.name),
                };
                self.errors.push({
                    let mut error = error(
                        if other.is_none() {
                            "BAD_REQUEST"
                        } else {
                            "INVALID_FIELD_ARGUMENTS"
                        },
                        text,
                    );
                    error["path"] = json!(self.path);
                    error
                });
                return Value::Null;
            }
        };
        if sel.args.get("reverse") == Some(&Value::Bool(true)) {
            rows.reverse();
        }
        let down = rows
            .first()
            .zip(rows.last())
            .is_some_and(|(a, b)| (a.sort, a.id) > (b.sort, b.id));
        let place = |name: &str| {
            sel.args
                .get(name)
                .and_then(Value::as_str)
                .and_then(read_cursor)
        };
        let passed = |row: &Row, at: (i64, i64)| {
            if down {
                (row.sort, row.id) >= at
            } else {
                (row.sort, row.id) <= at
            }
        };
        let from = place("after").map_or(0, |at| rows.partition_point(|row| passed(row, at)));
        let until = place("before").map_or(rows.len(), |at| {
            rows.partition_point(|row| passed(row, at) && (row.sort, row.id) != at)
        });
        let until = until.max(from);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let (from, to) = if first.is_none() && last.is_some() {
            (until.saturating_sub(size).max(from), until)
        } else {
            (from, from.saturating_add(size).min(until))
        };
        let mut shown: Vec<Row> = rows[from..to].to_vec();
        let (mut next, mut previous) = (to < rows.len(), from > 0);
        if self.path.len() == 1 && !self.whole {
            self.disturb(sel, &mut shown, (&mut next, &mut previous));
        }
        self.print(sel, &shown, (number, next, previous))
    }

    /// Faults of paging, on the lists at the top.
    fn disturb(&self, sel: &Sel, shown: &mut Vec<Row>, (next, _): (&mut bool, &mut bool)) {
        let strikes = |fault| self.faults.strikes(fault, &sel.name).is_some();
        if strikes(Fault::EmptyPage) {
            shown.clear();
            *next = true;
        }
        if strikes(Fault::EarlyEnd) {
            *next = false;
        }
        if strikes(Fault::DuplicateRows) {
            shown.extend(shown.first().copied());
        }
        if strikes(Fault::ShuffledRows) {
            let half = shown.len() / 2;
            shown.rotate_left(half);
        }
    }

    fn print(
        &mut self,
        sel: &Sel,
        shown: &[Row],
        (number, next, previous): (bool, bool, bool),
    ) -> Value {
        let mut answer = Map::new();
        let ends = (shown.first(), shown.last());
        for sub in &sel.subs {
            let value = match sub.name.as_str() {
                "pageInfo" => {
                    let at = |row: Option<&Row>| {
                        row.map_or(Value::Null, |row| json!(cursor(row, number)))
                    };
                    let info = json!({
                        "hasNextPage": next, "hasPreviousPage": previous, "startCursor": at(ends.0), "endCursor": at(ends.1),
                    });
                    project(&info, sub)
                }
                "nodes" => Value::Array(
                    shown
                        .iter()
                        .map(|row| self.object(row.node, &sub.subs))
                        .collect(),
                ),
                _ => Value::Array(
                    shown
                        .iter()
                        .map(|row| self.edge(row, number, sub))
                        .collect(),
                ),
            };
            answer.insert(sub.key.clone(), value);
        }
        Value::Object(answer)
    }

    fn edge(&mut self, row: &Row, number: bool, sel: &Sel) -> Value {
        let mut edge = Map::new();
        for sub in &sel.subs {
            let value = match sub.name.as_str() {
                "cursor" => json!(cursor(row, number)),
                _ => self.object(row.node, &sub.subs),
            };
            edge.insert(sub.key.clone(), value);
        }
        Value::Object(edge)
    }
}

fn cursor(row: &Row, number: bool) -> String {
    let value = if number {
        json!(row.sort)
    } else {
        json!(row.sort.to_string())
    };
    STANDARD.encode(json!({"last_id": row.id, "last_value": value}).to_string())
}

fn read_cursor(text: &str) -> Option<(i64, i64)> {
    let place: Value = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
    let value = &place["last_value"];
    let sort = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    Some((sort, place["last_id"].as_i64()?))
}

/// The selected fields of a value object.
pub(crate) fn project(value: &Value, sel: &Sel) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| project(item, sel)).collect()),
        Value::Object(fields) => {
            let kind = fields
                .get("__typename")
                .and_then(Value::as_str)
                .unwrap_or(sel.of);
            let mut answer = Map::new();
            for sub in &sel.subs {
                if sub
                    .on
                    .as_deref()
                    .is_some_and(|on| !schema::answers_to(kind, on))
                {
                    continue;
                }
                let inner = if sub.name == "__typename" {
                    json!(kind)
                } else {
                    fields.get(&sub.name).cloned().unwrap_or_default()
                };
                let inner = if sub.of.is_empty() {
                    inner
                } else {
                    project(&inner, sub)
                };
                answer.insert(sub.key.clone(), inner);
            }
            Value::Object(answer)
        }
        other => other.clone(),
    }
}
