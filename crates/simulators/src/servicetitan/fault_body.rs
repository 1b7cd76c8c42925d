//! Faults inside an answer's JSON.

use serde_json::{Map, Value, json};

use super::app::Call;
use super::faults::{Fault, Faults};
use super::params::unescaped;
use crate::faults::Strike;

/// The faults that change rows or the page around them, in the order of their coming.
const BODY_FAULTS: [Fault; 16] = [
    Fault::OldVersionAfterNew,
    Fault::DuplicateRows,
    Fault::ShuffledRows,
    Fault::ExtraKeys,
    Fault::MissingKeys,
    Fault::NullTexts,
    Fault::NulInText,
    Fault::SevenDigitTimes,
    Fault::EmptyDates,
    Fault::MalformedTime,
    Fault::UnknownStatus,
    Fault::FloatMoney,
    Fault::BadRecord,
    Fault::WrongTotal,
    Fault::EarlyEnd,
    Fault::StuckToken,
];

/// Money that comes as text.
const MONEY: [&str; 12] = [
    "subTotal",
    "salesTax",
    "total",
    "balance",
    "discountTotal",
    "price",
    "cost",
    "totalCost",
    "quantity",
    "unappliedAmount",
    "appliedAmount",
    "memberPrice",
];

/// Keys that older answers lack.
const OPTIONAL: [&str; 12] = [
    "creditLimit",
    "creditLimitBalance",
    "estimateIds",
    "firstName",
    "lastName",
    "mobilePhone",
    "licenseType",
    "startDate",
    "invoiceConfiguration",
    "refundedPaymentId",
    "isConfirmed",
    "tax",
];

/// Applies every body fault that strikes. `None` leaves the body as it is.
pub(crate) fn corrupt(faults: &Faults, call: &Call, body: &[u8]) -> Option<Vec<u8>> {
    let struck: Vec<(Fault, Strike)> = BODY_FAULTS
        .into_iter()
        .filter_map(|fault| {
            faults
                .strikes(fault, &call.path)
                .map(|strike| (fault, strike))
        })
        .collect();
    if struck.is_empty() {
        return None;
    }
    let mut page: Value = serde_json::from_slice(body).ok()?;
    for (fault, strike) in &struck {
        apply(*fault, strike, &mut page, call);
    }
    serde_json::to_vec(&page).ok()
}

fn apply(fault: Fault, strike: &Strike, page: &mut Value, call: &Call) {
    match fault {
        Fault::EarlyEnd => set(page, "hasMore", json!(false)),
        Fault::WrongTotal => {
            if let Some(total) = page["totalCount"].as_i64() {
                page["totalCount"] = json!(total / 2 + 1);
            }
        }
        Fault::StuckToken => {
            let sent = call
                .query
                .split('&')
                .find_map(|pair| pair.strip_prefix("from="));
            set(
                page,
                "continueFrom",
                json!(sent.map_or_else(|| "stuck".to_owned(), unescaped)),
            );
            set(page, "hasMore", json!(true));
        }
        Fault::DuplicateRows => with_rows(page, |rows| rows.extend(rows.first().cloned())),
        Fault::ShuffledRows => with_rows(page, |rows| {
            rows.reverse();
            let half = rows.len() / 2;
            rows.rotate_left(half);
        }),
        Fault::OldVersionAfterNew => with_rows(page, |rows| {
            let older = rows.first().and_then(older_version);
            rows.extend(older);
        }),
        Fault::BadRecord => with_rows(page, |rows| spoil(rows, strike)),
        Fault::NulInText | Fault::MalformedTime | Fault::UnknownStatus => {
            with_rows(page, |rows| one_row(rows, fault, strike));
        }
        _ => with_rows(page, |rows| {
            for row in rows {
                every_object(row, &|object| each_object(fault, object));
            }
        }),
    }
}

fn set(page: &mut Value, key: &str, value: Value) {
    if let Some(slot) = page.get_mut(key) {
        *slot = value;
    }
}

fn with_rows(page: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    if let Some(rows) = page.get_mut("data").and_then(Value::as_array_mut) {
        change(rows);
    }
}

fn every_object(value: &mut Value, change: &impl Fn(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            // Inside first: what a change puts in is not changed again.
            for inner in object.values_mut() {
                every_object(inner, change);
            }
            change(object);
        }
        Value::Array(items) => {
            for item in items {
                every_object(item, change);
            }
        }
        _ => {}
    }
}

fn is_time(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.len() >= 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T')
}

fn each_object(fault: Fault, object: &mut Map<String, Value>) {
    match fault {
        Fault::ExtraKeys if object.contains_key("id") => {
            object.insert("newVendorKey".to_owned(), json!({"id": 1, "code": "NEW"}));
        }
        Fault::MissingKeys => {
            for key in OPTIONAL {
                object.remove(key);
            }
        }
        Fault::NullTexts => {
            for key in [
                "city",
                "state",
                "zip",
                "country",
                "memo",
                "summary",
                "skuName",
                "displayName",
                "team",
            ] {
                set_in(object, key, Value::Null);
            }
        }
        Fault::SevenDigitTimes => {
            for value in object.values_mut().filter(|value| is_time(value)) {
                // Calendar days stay what they are.
                let text = value.as_str().unwrap_or_default();
                if !text.contains("T00:00:00") {
                    *value = json!(format!("{}.9999999Z", &text[..19]));
                }
            }
        }
        Fault::EmptyDates => {
            for key in [
                "completedOn",
                "followUpOn",
                "startDate",
                "dueDate",
                "paidOn",
                "soldOn",
                "canceledOn",
            ] {
                if object.get(key).is_some_and(Value::is_null) {
                    set_in(object, key, json!("0001-01-01T00:00:00Z"));
                }
            }
        }
        Fault::FloatMoney => {
            for key in MONEY {
                let number = object
                    .get(key)
                    .and_then(Value::as_str)
                    .and_then(|text| text.parse::<serde_json::Number>().ok());
                if let Some(number) = number {
                    set_in(object, key, Value::Number(number));
                }
            }
        }
        _ => {}
    }
}

fn set_in(object: &mut Map<String, Value>, key: &str, value: Value) {
    if let Some(slot) = object.get_mut(key) {
        *slot = value;
    }
}

fn place(rows: &[Value], strike: &Strike) -> usize {
    usize::try_from(strike.number).unwrap_or(0) % rows.len().max(1)
}

fn one_row(rows: &mut [Value], fault: Fault, strike: &Strike) {
    let index = place(rows, strike);
    let Some(row) = rows.get_mut(index).and_then(Value::as_object_mut) else {
        return;
    };
    match fault {
        Fault::NulInText => {
            let key = ["name", "summary", "skuName", "value"]
                .into_iter()
                .find(|key| row.contains_key(*key));
            if let Some(key) = key {
                row.insert(key.to_owned(), json!("with\u{0}nul"));
            }
        }
        Fault::MalformedTime => {
            let key = row
                .iter()
                .find(|(key, value)| *key != "modifiedOn" && is_time(value))
                .map(|(key, _)| key.clone());
            if let Some(key) = key {
                row.insert(key, json!("2026-03-02T14:05:00"));
            }
        }
        _ => {
            for key in ["jobStatus", "status", "reviewStatus", "type"] {
                if row.get(key).is_some_and(Value::is_string) {
                    row.insert(key.to_owned(), json!("BrandNewValue"));
                    break;
                }
            }
        }
    }
}

fn spoil(rows: &mut [Value], strike: &Strike) {
    let index = place(rows, strike);
    let Some(row) = rows.get_mut(index).and_then(Value::as_object_mut) else {
        return;
    };
    let variant = strike.variant.as_deref().unwrap_or("comma");
    let money = MONEY.into_iter().find(|key| row.contains_key(*key));
    match (variant, money) {
        ("no_id", _) | (_, None) => {
            row.remove("id");
        }
        ("exponent", Some(key)) => {
            row.insert(key.to_owned(), json!("1e3"));
        }
        ("nan", Some(key)) => {
            row.insert(key.to_owned(), json!("NaN"));
        }
        (_, Some(key)) => {
            row.insert(key.to_owned(), json!("12,50"));
        }
    }
}

/// The row as it was a day before its last change, with another text.
fn older_version(row: &Value) -> Option<Value> {
    let at = crate::Stamp::parse_zoned(row["modifiedOn"].as_str()?).ok()?;
    let mut older = row.clone();
    older["modifiedOn"] = json!(at.plus(-86_400).to_string());
    for key in ["name", "summary"] {
        if older[key].is_string() {
            older[key] = json!("as it was before");
        }
    }
    Some(older)
}
