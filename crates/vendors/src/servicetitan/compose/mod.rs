//! From cached pieces to our words. The store reads what belongs to one job (its invoices' lines, time, pay, splits,
//! estimates) into one document; here it becomes a repair order. Pure.
//!
//! What cannot be mapped, and why, is in DECISIONS.md under "ServiceTitan".

mod order;
mod people;

pub(crate) use order::decode_order;
pub(crate) use people::{decode_customer, decode_employee};

use crate::page::RawRecord;
use domain::issue::{Reject, RejectReason};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Version of this mapping; part of a document's fingerprint.
const MAPPING_VERSION: u64 = 1;

/// A document as a record, with the fingerprint of today's mapping.
pub(crate) fn read(body: &str) -> RawRecord {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default, deserialize_with = "number")]
        id: Option<i64>,
        #[serde(default)]
        modified_on: Option<i64>,
        #[serde(default)]
        gone: bool,
    }
    let head: Option<Head> = serde_json::from_str(body).ok();
    RawRecord {
        id: head.as_ref().and_then(|h| h.id),
        updated_at: head.as_ref().and_then(|h| instant(h.modified_on)),
        deleted: head.is_some_and(|h| h.gone),
        hash: xxh3_128_with_seed(body.as_bytes(), MAPPING_VERSION).to_be_bytes(),
        body: body.to_owned(),
    }
}

/// A vendor's number that is kept as text.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// Microseconds since 1970: a text would follow the session's zone.
fn instant(micros: Option<i64>) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros?).ok()
}

fn parse<T: DeserializeOwned>(stream: &'static str, raw: &RawRecord) -> Result<T, Box<Reject>> {
    serde_json::from_str(&raw.body)
        .map_err(|error| refuse(stream, raw, RejectReason::Malformed, error.to_string()))
}

fn refuse(
    stream: &'static str,
    raw: &RawRecord,
    reason: RejectReason,
    detail: String,
) -> Box<Reject> {
    Box::new(Reject {
        stream,
        entity_id: raw.id,
        record_number: raw
            .id
            .map_or_else(|| "unknown".to_owned(), |id| id.to_string()),
        reason,
        detail,
        payload: raw.body.clone(),
    })
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}
