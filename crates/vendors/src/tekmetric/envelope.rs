//! Answers as a whole: pages, arrays, tokens. Two generations of page envelopes are in use (reference A.5).

use crate::page::RawRecord;
use crate::settings::Secret;
use crate::tekmetric::scan::{self, Scanned};
use domain::decimal::parse_integer;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A page, its elements scanned.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    /// Elements that are objects.
    pub(crate) rows: Vec<Row>,
    /// Elements that are not.
    pub(crate) strays: Vec<String>,
    /// Rows under the filter, as the vendor counts them now.
    pub(crate) total: Option<u64>,
    /// Page size in force.
    pub(crate) size: Option<u32>,
    /// The vendor says this page is the last one.
    pub(crate) last: Option<bool>,
}

/// A row of a page with what the walk needs to know of it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The record for the caller.
    pub(crate) record: RawRecord,
    /// When the vendor created it; never changes.
    pub(crate) created_at: Option<jiff::Timestamp>,
    /// When it was deleted.
    pub(crate) deleted_at: Option<jiff::Timestamp>,
}

impl From<Scanned<'_>> for Row {
    fn from(scanned: Scanned<'_>) -> Self {
        Self {
            created_at: scanned.created_at,
            deleted_at: scanned.deleted_at,
            record: scanned.into_record(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePage<'a> {
    #[serde(borrow)]
    content: Vec<&'a RawValue>,
    #[serde(borrow)]
    total_elements: Option<&'a RawValue>,
    #[serde(borrow)]
    total_pages: Option<&'a RawValue>,
    #[serde(borrow)]
    number: Option<&'a RawValue>,
    #[serde(borrow)]
    size: Option<&'a RawValue>,
    #[serde(borrow)]
    last: Option<&'a RawValue>,
}

/// Reads a Spring page.
pub(crate) fn read(body: &[u8]) -> Result<Envelope, &'static str> {
    let text = text(body);
    let page: WirePage<'_> =
        serde_json::from_str(&text).map_err(|_| "a page that cannot be parsed")?;
    let last = match page.last.map(RawValue::get) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => match (integer(page.number), integer(page.total_pages)) {
            (Some(number), Some(pages)) => Some(number + 1 >= pages),
            _ => None,
        },
    };
    let mut envelope = Envelope {
        rows: Vec::with_capacity(page.content.len()),
        total: integer(page.total_elements).and_then(|n| u64::try_from(n).ok()),
        size: integer(page.size).and_then(|n| u32::try_from(n).ok()),
        last,
        ..Envelope::default()
    };
    for element in page.content {
        match object_text(element) {
            Some(object) => envelope.rows.push(scan::scan(object).into()),
            None => envelope
                .strays
                .push(scan::scan(element.get()).body.into_owned()),
        }
    }
    Ok(envelope)
}

/// Reads a bare array of objects; each comes back with its links redacted.
pub(crate) fn array(body: &[u8]) -> Result<Vec<String>, &'static str> {
    let text = text(body);
    let elements: Vec<&RawValue> =
        serde_json::from_str(&text).map_err(|_| "a list that cannot be parsed")?;
    let objects = elements.into_iter().filter_map(object_text);
    Ok(objects.map(|o| scan::scan(o).body.into_owned()).collect())
}

/// Checks that the text is one JSON object and gives it without surrounding blanks.
pub(crate) fn object(text: &str) -> Result<&str, &'static str> {
    let value: &RawValue =
        serde_json::from_str(text).map_err(|_| "a record that cannot be parsed")?;
    object_text(value).ok_or("a record that is no object")
}

/// A granted token.
pub(crate) struct Grant {
    pub(crate) access_token: Secret,
    pub(crate) expires_in: Option<u64>,
}

/// Reads the answer of the token endpoint.
pub(crate) fn token(body: &[u8]) -> Result<Grant, &'static str> {
    #[derive(Deserialize)]
    struct Wire<'a> {
        access_token: String,
        #[serde(borrow)]
        expires_in: Option<&'a RawValue>,
    }
    let text = text(body);
    let wire: Wire<'_> =
        serde_json::from_str(&text).map_err(|_| "a token that cannot be parsed")?;
    if wire.access_token.is_empty() {
        return Err("an empty token");
    }
    Ok(Grant {
        access_token: Secret::new(wire.access_token),
        // A life of no length would mean a sign-in per request; the vendor's 401 tells soon enough.
        expires_in: integer(wire.expires_in)
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| (1..=1_000_000_000).contains(n)),
    })
}

/// The body as text: a byte-order mark is dropped, bytes that are no UTF-8 become U+FFFD and are cleaned later.
pub(crate) fn text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}

fn object_text(value: &RawValue) -> Option<&str> {
    let text = value.get();
    text.starts_with('{').then_some(text)
}

/// A whole number, tolerant of quirk B-1.
fn integer(value: Option<&RawValue>) -> Option<i64> {
    parse_integer(value?.get().trim_matches('"')).ok()
}

#[cfg(test)]
mod tests {
    use super::{array, object, read, token};

    #[test]
    fn both_generations_of_envelopes_are_read() {
        let old = br#"{"content":[{"id":1}],"totalPages":3.0,"totalElements":"21","last":false,"size":10,"number":0,"sort":[{"property":"id"}]}"#;
        let page = read(old).unwrap();
        assert_eq!(
            (page.total, page.size, page.last),
            (Some(21), Some(10), Some(false))
        );
        let new = br#"{"content":[],"pageable":{"sort":{"sorted":true}},"totalPages":1,"totalElements":0,"number":0,"empty":true}"#;
        let page = read(new).unwrap();
        assert_eq!((page.total, page.last), (Some(0), Some(true)));
    }

    #[test]
    fn a4_garbage_is_named_not_panicked_on() {
        for body in [
            &b"{\"content\":[{\"id\":1}"[..],
            b"<html>",
            b"{}",
            b"[]",
            b"{\"content\":{}}",
            b"{\"content\":[NaN]}",
        ] {
            assert!(read(body).is_err());
        }
        let deep = format!(
            "{{\"content\":[{{\"id\":1,\"x\":{}{}}}]}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        assert_eq!(read(deep.as_bytes()).unwrap().rows.len(), 1);
        assert!(array(b"{}").is_err());
        assert!(object("[]").is_err());
        assert!(token(b"{\"access_token\":\"\"}").is_err());
        assert_eq!(
            token(b"{\"access_token\":\"x\",\"expires_in\":3600.0}")
                .unwrap()
                .expires_in,
            Some(3600)
        );
    }

    #[test]
    fn a4_byte_order_mark_and_strays() {
        let page = read(b"\xEF\xBB\xBF{\"content\":[{\"id\":1},17,null,\"x\"]}").unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.strays, ["17", "null", "\"x\""]);
    }
}
