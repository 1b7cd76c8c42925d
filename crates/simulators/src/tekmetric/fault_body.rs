//! Faults inside an answer's JSON.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::faults::{Fault, Faults};
use crate::faults::Strike;

/// The faults that change rows or the page around them.
const BODY_FAULTS: [Fault; 13] = [
    Fault::StaleSums,
    Fault::OldVersionAfterNew,
    Fault::ExtraKeys,
    Fault::MissingKeys,
    Fault::ZonelessDates,
    Fault::NullNames,
    Fault::NulInText,
    Fault::MalformedTime,
    Fault::UnknownStatus,
    Fault::BadRecord,
    Fault::WrongTotalElements,
    Fault::EarlyLast,
    // Last, since it changes the type of every number.
    Fault::FloatNumbers,
];

/// The last row of the latest page of each list, to come again on the next page.
#[derive(Debug, Default)]
pub(crate) struct LastRows(Mutex<BTreeMap<String, Value>>);

impl LastRows {
    /// Puts the last row of the page before at the head of this one; on a first page the first row
    /// comes again at the end.
    fn repeat(&self, path: &str, page: &mut Value, strikes: bool) {
        let first_page = page["number"] == 0;
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = latest.remove(path);
        with_rows(page, |rows| {
            latest.extend(rows.last().map(|row| (path.to_owned(), row.clone())));
            match before.filter(|_| !first_page) {
                _ if !strikes => {}
                Some(row) => rows.insert(0, row),
                None => rows.extend(rows.first().cloned()),
            }
        });
    }
}

/// Applies every body fault that strikes. `None` leaves the body as it is.
pub(crate) fn corrupt(
    faults: &Faults,
    latest: &LastRows,
    (path, list): (&str, &str),
    body: &[u8],
) -> Option<Vec<u8>> {
    let struck: Vec<(Fault, Strike)> = BODY_FAULTS
        .into_iter()
        .filter_map(|fault| faults.strikes(fault, path).map(|strike| (fault, strike)))
        .collect();
    let repeating = faults.is_on(Fault::DuplicateRows);
    if struck.is_empty() && !repeating {
        return None;
    }
    let mut page: Value = serde_json::from_slice(body).ok()?;
    if repeating && is_page(&page) {
        latest.repeat(
            list,
            &mut page,
            faults.strikes(Fault::DuplicateRows, path).is_some(),
        );
    }
    for (fault, strike) in &struck {
        apply(*fault, strike, &mut page);
    }
    serde_json::to_vec(&page).ok()
}

fn is_page(page: &Value) -> bool {
    page.get("content").is_some()
}

fn apply(fault: Fault, strike: &Strike, page: &mut Value) {
    match fault {
        Fault::WrongTotalElements if is_page(page) => {
            page["totalElements"] = wrong_total(page, strike)
        }
        Fault::StaleSums => each_row(page, stale_sums),
        Fault::EarlyLast if is_page(page) => page["last"] = json!(true),
        Fault::OldVersionAfterNew => with_rows(page, |rows| {
            rows.extend(rows.iter().find_map(older_version));
        }),
        Fault::ExtraKeys => each_row(page, |row| {
            row.insert("newVendorKey".to_owned(), json!({"id": 1, "code": "NEW"}));
            row.insert("anotherNewKey".to_owned(), json!("text"));
        }),
        Fault::MissingKeys => every_object(rows_of(page), &|object| {
            for key in [
                "keytag",
                "note",
                "brand",
                "technicianId",
                "sort",
                "color",
                "email",
                "loggedHours",
            ] {
                object.remove(key);
            }
        }),
        Fault::ZonelessDates => every_object(rows_of(page), &strip_zones),
        Fault::NullNames => every_object(rows_of(page), &|object| {
            if ["quantity", "hours"]
                .iter()
                .any(|key| object.contains_key(*key))
            {
                object.insert("name".to_owned(), Value::Null);
            }
        }),
        Fault::NulInText => one_row(page, strike, |row| {
            let key = if row.contains_key("firstName") {
                "firstName"
            } else {
                "keytag"
            };
            row.insert(key.to_owned(), json!("tag\u{0}ged"));
        }),
        Fault::MalformedTime => one_row(page, strike, |row| {
            let key = if row.contains_key("repairOrderNumber") {
                "customerTimeOut"
            } else {
                "birthday"
            };
            row.insert(key.to_owned(), json!("2018-02-15:00:00"));
        }),
        Fault::UnknownStatus => one_row(page, strike, |row| {
            if row.contains_key("repairOrderStatus") {
                row.insert(
                    "repairOrderStatus".to_owned(),
                    json!({"id": 9, "code": "ONHOLD", "name": "On Hold"}),
                );
            }
        }),
        Fault::BadRecord => one_row(page, strike, |row| spoil(row, strike.variant.as_deref())),
        Fault::FloatNumbers => floats(page),
        _ => {}
    }
}

/// Sums of posted orders that lag behind their lines.
fn stale_sums(row: &mut Map<String, Value>) {
    if row.get("postedDate").is_some_and(Value::is_string) {
        for sum in ["partsSales", "totalSales"] {
            let stale = row[sum].as_i64().unwrap_or(0) + 10_000;
            row.insert(sum.to_owned(), json!(stale));
        }
    }
}

fn wrong_total(page: &Value, strike: &Strike) -> Value {
    let total = page["totalElements"].as_i64().unwrap_or(0);
    json!(
        total
            + if strike.number.is_multiple_of(2) {
                3
            } else {
                -1
            }
    )
}

/// An order as it was before its last change: the same id, an older `updatedDate`, other figures.
fn older_version(row: &Value) -> Option<Value> {
    row["updatedDate"].as_str()?;
    let mut old = row.clone();
    old["updatedDate"] = row["createdDate"].clone();
    old["keytag"] = json!("STALE");
    if row.get("jobs").is_some() {
        old["jobs"] = json!([]);
        for key in ["laborSales", "partsSales", "totalSales", "taxes"] {
            old[key] = json!(0);
        }
    }
    Some(old)
}

fn spoil(row: &mut Map<String, Value>, variant: Option<&str>) {
    let money = if row.contains_key("laborSales") {
        "laborSales"
    } else {
        "creditLimit"
    };
    match variant {
        Some("no_id") => {
            row.remove("id");
        }
        Some("garbage") => {
            row.insert(money.to_owned(), json!("n/a"));
        }
        _ => {
            row.insert(money.to_owned(), json!(8907.37));
        }
    }
}

fn strip_zones(object: &mut Map<String, Value>) {
    for (_, value) in object.iter_mut().filter(|(key, _)| key.ends_with("Date")) {
        if let Some(text) = value.as_str() {
            *value = json!(text.trim_end_matches('Z'));
        }
    }
}

fn floats(value: &mut Value) {
    match value {
        Value::Number(number) => {
            // Exact below 2^53, where every figure of this API lies.
            if let Some(float) = number
                .as_i64()
                .and_then(|integer| serde_json::Number::from_f64(integer as f64))
            {
                *number = float;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(floats),
        Value::Object(fields) => fields.values_mut().for_each(floats),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The rows of a page, or the single record itself.
fn rows_of(page: &mut Value) -> &mut Value {
    if page.get("content").is_some() {
        &mut page["content"]
    } else {
        page
    }
}

fn with_rows(page: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    if let Value::Array(rows) = rows_of(page) {
        change(rows);
    }
}

fn each_row(page: &mut Value, change: impl Fn(&mut Map<String, Value>)) {
    match rows_of(page) {
        Value::Array(rows) => rows
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(change),
        Value::Object(record) => change(record),
        _ => {}
    }
}

fn one_row(page: &mut Value, strike: &Strike, change: impl FnOnce(&mut Map<String, Value>)) {
    match rows_of(page) {
        Value::Array(rows) if !rows.is_empty() => {
            let at = usize::try_from(strike.number).unwrap_or(0) % rows.len();
            if let Some(row) = rows[at].as_object_mut() {
                change(row);
            }
        }
        Value::Object(record) => change(record),
        _ => {}
    }
}

fn every_object(value: &mut Value, change: &dyn Fn(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| every_object(item, change)),
        Value::Object(fields) => {
            change(fields);
            fields
                .values_mut()
                .for_each(|field| every_object(field, change));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
