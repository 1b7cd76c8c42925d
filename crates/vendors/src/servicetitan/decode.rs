//! A vendor record becomes a row of the cache: the table says where each value stands and what it is. Pure.

use crate::servicetitan::value::{self, DayOrMoment};
use domain::cache::{CacheColumn, CacheRow, CacheTable, Cell, Kind};
use domain::issue::RejectReason;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Version of the mapping; part of every fingerprint, so that a new mapping reaches records the vendor has not changed.
const MAPPING_VERSION: u64 = 1;

/// Keys whose values are not kept: places of people, numbers of callers, what opens a payment.
const REDACTED: [(&str, &[&str]); 3] = [
    ("raw.st_technicians", &["home", "location"]),
    ("raw.st_calls", &["from", "to", "recordingUrl", "customer"]),
    ("raw.st_payments", &["authCode", "checkNumber"]),
];

/// A JSON object with its values unread.
pub(super) type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Why a record does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) reason: RejectReason,
    pub(super) detail: String,
}

/// What a record needs to know of its surroundings.
pub(super) struct Place<'a> {
    pub(super) table: &'static CacheTable,
    /// Number of the record it stands in, where it is a nested one.
    pub(super) parent: Option<&'a str>,
    /// How often a made-up key has been given on this page.
    pub(super) ordinals: &'a mut HashMap<String, u32>,
}

/// Reads an object.
pub(super) fn object(text: &str) -> Result<Object<'_>, Misfit> {
    serde_json::from_str(text).map_err(|_| Misfit {
        reason: RejectReason::Malformed,
        detail: "an element of the page is no object".to_owned(),
    })
}

/// Replaces escapes that PostgreSQL cannot hold: NUL (quirk Q31) and halves of surrogate pairs.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u0000") && !text.contains("\\ud") && !text.contains("\\uD") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let unit = |at: usize| {
            rest.get(at..at + 2).filter(|e| *e == "\\u")?;
            u32::from_str_radix(rest.get(at + 2..at + 6)?, 16).ok()
        };
        let length = match (unit(0), unit(6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0 | 0xD800..=0xDFFF), _) => {
                out.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            (None, _) => 2.min(rest.len()),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes one record.
pub(super) fn row(object: &Object<'_>, place: &mut Place<'_>) -> Result<CacheRow, Misfit> {
    let key = key(object, place)?;
    let mut cells = Vec::with_capacity(place.table.columns.len());
    for column in place.table.columns {
        cells.push(cell(object, column, place)?);
    }
    let time = |name| instant_at(object, name);
    let created_on = time("createdOn")?;
    let body = body(object, place.table);
    Ok(CacheRow {
        key,
        active: raw(object, "active") != Some("false"),
        created_on,
        // Append-only logs have none, and some records none yet (quirk Q9).
        modified_on: time("modifiedOn")?.or(created_on),
        hash: xxh3_128_with_seed(body.as_bytes(), MAPPING_VERSION).to_be_bytes(),
        body,
        cells,
    })
}

/// The vendor's number; gross pay items and ratings may have none and get one from what they say (quirk Q26).
fn key(object: &Object<'_>, place: &mut Place<'_>) -> Result<String, Misfit> {
    let word = |path| lookup(object, path).and_then(scalar).unwrap_or_default();
    let table = place.table.name;
    let id = match table {
        "raw.st_payment_applications" => word("appliedId"),
        _ => word("id"),
    };
    if !id.is_empty() && id != "0" {
        return Ok(id.into_owned());
    }
    let made = match table {
        "raw.st_technician_ratings" => {
            return Ok(format!("{}-{}", word("technicianId"), word("jobId")));
        }
        "raw.st_gross_pay_items" => [
            "payrollId",
            "employeeId",
            "date",
            "activityCodeId",
            "jobId",
            "sourceEntityId",
            "startedOn",
            "amount",
        ]
        .map(word)
        .join("\u{1f}"),
        "raw.st_payment_applications" => {
            format!(
                "{}\u{1f}{}",
                place.parent.unwrap_or_default(),
                word("appliedTo")
            )
        }
        _ => {
            return Err(Misfit {
                reason: RejectReason::MissingId,
                detail: "id".to_owned(),
            });
        }
    };
    let digest = xxh3_128_with_seed(made.as_bytes(), 0);
    let ordinal = match place.ordinals.entry(made) {
        Entry::Occupied(mut seen) => {
            *seen.get_mut() += 1;
            *seen.get()
        }
        Entry::Vacant(first) => *first.insert(0),
    };
    Ok(format!("h{digest:032x}-{ordinal}"))
}

fn cell(object: &Object<'_>, column: &CacheColumn, place: &Place<'_>) -> Result<Cell, Misfit> {
    if let Some(rule) = column.from.strip_prefix('*') {
        return special(object, rule, place);
    }
    let Some(value) = lookup(object, column.from) else {
        return Ok(Cell::Null);
    };
    read(value, column.kind).map_err(|what| Misfit {
        reason: RejectReason::BadNumber,
        detail: format!("{}: {what}", column.from),
    })
}

fn read(value: &str, kind: Kind) -> Result<Cell, &'static str> {
    let some = |cell: Option<Cell>| cell.unwrap_or(Cell::Null);
    if kind == Kind::Json {
        return Ok(Cell::Json(value.to_owned()));
    }
    if kind == Kind::List {
        return Ok(some(list(value).map(Cell::List)));
    }
    let Some(text) = scalar(value) else {
        // An object or a list where one value was expected: nothing is made of it, the body keeps it.
        return Ok(Cell::Null);
    };
    let text = &*text;
    Ok(match kind {
        Kind::Text => Cell::Text(text.to_owned()),
        // 0 stands for none.
        Kind::Id => match text {
            "" | "0" => Cell::Null,
            _ => Cell::Text(text.to_owned()),
        },
        Kind::Flag => match text {
            "true" => Cell::Flag(true),
            "false" => Cell::Flag(false),
            _ => Cell::Null,
        },
        Kind::Whole => domain::decimal::parse_integer(text)
            .map(Cell::Whole)
            .map_err(|_| "no whole number")?,
        Kind::Cents => some(value::cents(text)?.map(|c| Cell::Whole(c.0))),
        Kind::Number => some(value::number(text)?.map(Cell::Number)),
        Kind::Degrees => some(degrees(text).map(Cell::Number)),
        Kind::Instant => some(value::instant(text)?.map(Cell::Instant)),
        Kind::Day => match value::day(text)? {
            Some(DayOrMoment::Day(day)) => Cell::Day(day),
            Some(DayOrMoment::Moment(at)) => Cell::DayOf(at),
            None => Cell::Null,
        },
        Kind::Span => some(value::span(text)?.map(Cell::Span)),
        Kind::Seconds => some(value::span(text)?.map(|micros| Cell::Whole(micros / 1_000_000))),
        Kind::Clock => some(value::span(text)?.map(Cell::Clock)),
        Kind::Json | Kind::List => Cell::Null,
    })
}

/// Latitude or longitude; out of range is nothing (quirk Q29).
fn degrees(text: &str) -> Option<String> {
    let number = value::number(text).ok().flatten()?;
    let whole: i64 = number
        .trim_start_matches('-')
        .split('.')
        .next()?
        .parse()
        .ok()?;
    (whole < 180).then_some(number)
}

/// What no path leads to.
fn special(object: &Object<'_>, rule: &str, place: &Place<'_>) -> Result<Cell, Misfit> {
    let word = |path| lookup(object, path).and_then(scalar).unwrap_or_default();
    let parent = || {
        place
            .parent
            .map_or(Cell::Null, |p| Cell::Text(p.to_owned()))
    };
    Ok(match rule.split_once(':').unwrap_or((rule, "")) {
        ("parent", _) => parent(),
        ("parent_or", path) => match &*word(path) {
            "" | "0" => parent(),
            own => Cell::Text(own.to_owned()),
        },
        // Where it is not said it is not so.
        ("said", path) => Cell::Flag(word(path) == "true"),
        ("campaign_month", _) => {
            let month = format!("{:0>4}-{:0>2}-01", word("year"), word("month"));
            month.parse().map_or(Cell::Null, Cell::Day)
        }
        ("contact_norm", _) => {
            let value = word("value");
            let norm: String = if word("type") == "Email" {
                value.trim().to_lowercase()
            } else {
                value.chars().filter(char::is_ascii_digit).collect()
            };
            if norm.is_empty() {
                Cell::Null
            } else {
                Cell::Text(norm)
            }
        }
        ("end_of", _) => {
            let start = instant_at(object, "start")?;
            let length = value::span(&word("duration")).ok().flatten();
            let end = start.zip(length).and_then(|(start, micros)| {
                Some(start + jiff::SignedDuration::from_micros(micros)).filter(|end| *end > start)
            });
            end.map_or(Cell::Null, Cell::Instant)
        }
        _ => Cell::Null,
    })
}

fn instant_at(object: &Object<'_>, name: &str) -> Result<Option<jiff::Timestamp>, Misfit> {
    let Some(text) = lookup(object, name).and_then(scalar) else {
        return Ok(None);
    };
    value::instant(&text).map_err(|what| Misfit {
        reason: RejectReason::BadNumber,
        detail: format!("{name}: {what}"),
    })
}

/// The object again, with what must not be kept replaced.
fn body(object: &Object<'_>, table: &CacheTable) -> String {
    let redacted = REDACTED
        .iter()
        .find(|(name, _)| *name == table.name)
        .map_or(&[][..], |(_, keys)| keys);
    let mut body = String::with_capacity(512);
    for (at, (key, value)) in object.iter().enumerate() {
        body.push(if at == 0 { '{' } else { ',' });
        body.push_str(&serde_json::to_string(key).expect("a text is always JSON"));
        body.push(':');
        let hide = redacted.contains(&key.as_str()) && value.get() != "null";
        body.push_str(if hide { "\"[redacted]\"" } else { value.get() });
    }
    body.push_str(if object.is_empty() { "{}" } else { "}" });
    body
}

fn raw<'a>(object: &Object<'a>, key: &str) -> Option<&'a str> {
    object.get(key).map(|value| value.get())
}

/// The JSON text at a path; `None` for null and for what is not there.
pub(super) fn lookup<'a>(object: &Object<'a>, path: &str) -> Option<&'a str> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let value = object.get(first)?.get();
    let found = if rest.is_empty() {
        value
    } else if let Ok(index) = rest.parse::<usize>() {
        let list: Vec<&RawValue> = serde_json::from_str(value).ok()?;
        list.get(index)?.get()
    } else {
        let inner: Object<'a> = serde_json::from_str(value).ok()?;
        return lookup(&inner, rest);
    };
    (found != "null").then_some(found)
}

/// A text, a number or a truth value as a text.
pub(super) fn scalar(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(value).ok().map(Cow::Owned),
        b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// A list of scalars as texts; objects in it count by their `id` or `name`.
fn list(value: &str) -> Option<Vec<String>> {
    let list: Vec<&RawValue> = serde_json::from_str(value).ok()?;
    let one = |element: &RawValue| {
        scalar(element.get()).map(Cow::into_owned).or_else(|| {
            let object: Object<'_> = serde_json::from_str(element.get()).ok()?;
            let word = lookup(&object, "id").or_else(|| lookup(&object, "name"))?;
            scalar(word).map(Cow::into_owned)
        })
    };
    Some(list.into_iter().filter_map(one).collect())
}
