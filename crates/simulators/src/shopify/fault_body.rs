//! Faults inside an answer's JSON.

use serde_json::{Value, json};

use super::faults::{Fault, Faults};

const BODY_FAULTS: [Fault; 4] = [
    Fault::NulInText,
    Fault::BadMoney,
    Fault::MalformedTime,
    Fault::UnknownStatus,
];

/// Applies every body fault that strikes, each to the first value that it fits.
pub(crate) fn corrupt(faults: &Faults, path: &str, data: &mut Value) {
    for fault in BODY_FAULTS {
        if faults.strikes(fault, path).is_some() {
            spoil(fault, data);
        }
    }
}

fn spoil(fault: Fault, value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().any(|item| spoil(fault, item)),
        Value::Object(fields) => fields.iter_mut().any(|(key, value)| {
            let spoiled = match (fault, key.as_str()) {
                (Fault::NulInText, "name" | "title") => Some("a\u{0}b"),
                (Fault::BadMoney, "amount" | "price") => Some("12,50"),
                (Fault::MalformedTime, "updatedAt" | "createdAt") => Some("2025-10-14 14:00"),
                (
                    Fault::UnknownStatus,
                    "displayFinancialStatus" | "displayFulfillmentStatus" | "status",
                ) => Some("BRAND_NEW"),
                _ => None,
            };
            match spoiled.filter(|_| value.is_string()) {
                Some(text) => {
                    *value = json!(text);
                    true
                }
                None => spoil(fault, value),
            }
        }),
        _ => false,
    }
}
