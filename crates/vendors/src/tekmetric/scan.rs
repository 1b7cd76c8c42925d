//! One byte-level pass over a record: what the walk needs, links redacted, unstorable escapes replaced.
//!
//! A page of 100 orders is 800 kB and most of its rows are unchanged, so nothing is decoded here that the
//! hash may make superfluous. The text must be valid JSON; on anything else the scan ends early.

use crate::page::RawRecord;
use crate::tekmetric::MAPPING_VERSION;
use crate::tekmetric::times;
use domain::decimal::parse_integer;
use jiff::Timestamp;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Public links open an invoice without sign-in: they are secrets (quirk B-60).
const LINKS: [&[u8]; 3] = [b"estimateUrl", b"inspectionUrl", b"invoiceUrl"];
/// What stands in their place.
const REDACTED: &str = "\"[redacted]\"";
/// Stands for an escape that PostgreSQL cannot hold; decoding takes it out and raises an issue.
const REPLACEMENT: &str = "\\ufffd";
/// The vendor's status number of a deleted order.
const STATUS_DELETED: i64 = 7;

/// What a pass over a record tells.
#[derive(Clone, Debug)]
pub(crate) struct Scanned<'a> {
    pub(crate) id: Option<i64>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) deleted: bool,
    pub(crate) body: Cow<'a, str>,
}

impl Scanned<'_> {
    /// The record for the caller, with its fingerprint.
    pub(crate) fn into_record(self) -> RawRecord {
        RawRecord {
            id: self.id,
            updated_at: self.updated_at,
            deleted: self.deleted,
            hash: xxh3_128_with_seed(self.body.as_bytes(), MAPPING_VERSION).to_be_bytes(),
            body: self.body.into_owned(),
        }
    }
}

/// Scans one record.
pub(crate) fn scan(text: &str) -> Scanned<'_> {
    let mut pass = Pass {
        text,
        bytes: text.as_bytes(),
        edits: Vec::new(),
        found: Scanned {
            id: None,
            created_at: None,
            updated_at: None,
            deleted_at: None,
            deleted: false,
            body: Cow::Borrowed(text),
        },
    };
    pass.run();
    let edits = pass.edits;
    let mut found = pass.found;
    if !edits.is_empty() {
        found.body = Cow::Owned(apply(text, &edits));
    }
    found
}

/// Replace `text[from..to]` by something.
struct Edit {
    from: usize,
    to: usize,
    by: &'static str,
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.from]);
        out.push_str(edit.by);
        at = edit.to;
    }
    out.push_str(&text[at..]);
    out
}

struct Pass<'a> {
    text: &'a str,
    bytes: &'a [u8],
    edits: Vec<Edit>,
    found: Scanned<'a>,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut at = 0;
        let mut depth = 0_u32;
        // Inside the top-level object `repairOrderStatus`, whose `id` tells a deleted order.
        let mut in_status = false;
        while let Some(&byte) = self.bytes.get(at) {
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    in_status &= depth > 1;
                }
                b'"' => {
                    let start = at;
                    let Some(end) = self.string_end(start) else {
                        return;
                    };
                    at = end + 1;
                    if self.bytes.get(self.skip_blanks(at)) != Some(&b':') {
                        continue;
                    }
                    let value_at = self.skip_blanks(self.skip_blanks(at) + 1);
                    let key = &self.bytes[start..end];
                    match depth {
                        1 if key == b"repairOrderStatus" => in_status = true,
                        1 => self.top_level(key, value_at),
                        2 if in_status && key == b"id" => {
                            self.found.deleted |= self.integer(value_at) == Some(STATUS_DELETED)
                        }
                        _ => {}
                    }
                    at = if key.ends_with(b"Url") && LINKS.contains(&key) {
                        self.redact(value_at)
                    } else {
                        value_at
                    };
                }
                _ => {}
            }
        }
    }

    /// The closing quote of a string whose content starts at `at`; notes escapes to replace on the way.
    fn string_end(&mut self, mut at: usize) -> Option<usize> {
        loop {
            at += memchr::memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes[at] == b'"' {
                return Some(at);
            }
            if self.bytes.get(at + 1) != Some(&b'u') {
                at += 2;
                continue;
            }
            let unit = self.unit(at)?;
            let pair = (0xD800..0xDC00).contains(&unit)
                && self.bytes.get(at + 6) == Some(&b'\\')
                && self.bytes.get(at + 7) == Some(&b'u')
                && self
                    .unit(at + 6)
                    .is_some_and(|low| (0xDC00..0xE000).contains(&low));
            if pair {
                at += 12;
                continue;
            }
            if unit == 0 || (0xD800..0xE000).contains(&unit) {
                self.edits.push(Edit {
                    from: at,
                    to: at + 6,
                    by: REPLACEMENT,
                });
            }
            at += 6;
        }
    }

    /// The code unit of the escape `\uXXXX` at `at`.
    fn unit(&self, at: usize) -> Option<u32> {
        u32::from_str_radix(self.text.get(at + 2..at + 6)?, 16).ok()
    }

    fn skip_blanks(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            at += 1;
        }
        at
    }

    fn top_level(&mut self, key: &[u8], value_at: usize) {
        match key {
            b"id" => self.found.id = self.integer(value_at),
            b"createdDate" => self.found.created_at = self.time(value_at),
            b"updatedDate" => self.found.updated_at = self.time(value_at),
            b"deletedDate" => {
                self.found.deleted_at = self.time(value_at);
                self.found.deleted |= self.quoted(value_at).is_some_and(|t| !t.trim().is_empty());
            }
            _ => {}
        }
    }

    /// The text of a string value, escapes untouched.
    fn quoted(&self, at: usize) -> Option<&str> {
        if self.bytes.get(at) != Some(&b'"') {
            return None;
        }
        let rest = &self.bytes[at + 1..];
        let end = memchr::memchr(b'"', rest)?;
        self.text.get(at + 1..at + 1 + end)
    }

    fn integer(&self, at: usize) -> Option<i64> {
        if let Some(text) = self.quoted(at) {
            return parse_integer(text).ok();
        }
        let rest = &self.bytes[at..];
        let end = rest
            .iter()
            .position(|b| matches!(b, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))?;
        parse_integer(self.text.get(at..at + end)?).ok()
    }

    fn time(&self, at: usize) -> Option<Timestamp> {
        times::parse(self.quoted(at)?).map(|(instant, _)| instant)
    }

    /// Notes that the string at `at` is to be redacted; gives where to go on.
    fn redact(&mut self, at: usize) -> usize {
        if self.bytes.get(at) != Some(&b'"') {
            return at;
        }
        let before = self.edits.len();
        let Some(end) = self.string_end(at + 1) else {
            return self.bytes.len();
        };
        // Whatever was to be replaced inside the link goes with it.
        self.edits.truncate(before);
        self.edits.push(Edit {
            from: at,
            to: end + 1,
            by: REDACTED,
        });
        end + 1
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn finds_what_the_walk_needs_and_nothing_deeper() {
        let text = r#" {"jobs":[{"id":5,"updatedDate":"2001-01-01T00:00:00Z","x":"}\"{"}], "id" : 310045001.0 ,
            "repairOrderStatus":{"id":5,"code":"POSTED","more":{"id":7}},"label":{"id":7},
            "createdDate":"2026-07-09T13:05:11Z","updatedDate":null,"deletedDate":null}"#;
        let found = scan(text);
        assert_eq!(found.id, Some(310_045_001));
        assert_eq!(
            found.created_at.unwrap().to_string(),
            "2026-07-09T13:05:11Z"
        );
        assert_eq!((found.updated_at, found.deleted), (None, false));
        assert_eq!(found.body, text);
    }

    #[test]
    fn b22_deleted_by_status_or_by_date() {
        assert!(scan(r#"{"id":1,"repairOrderStatus":{"id":7,"code":"DELETED"}}"#).deleted);
        assert!(scan(r#"{"id":1,"deletedDate":"2026-07-09T13:05:11Z"}"#).deleted);
        assert!(!scan(r#"{"id":1,"deletedDate":"","repairOrderStatus":{"id":6}}"#).deleted);
    }

    #[test]
    fn b60_links_are_redacted_at_any_depth() {
        let found = scan(
            r#"{"id":1,"estimateUrl":"https://x/\u0000a?n=1","deep":[{"invoiceUrl" : "y\"z","inspectionUrl":null}],"otherUrl":"keep"}"#,
        );
        assert_eq!(
            found.body,
            r#"{"id":1,"estimateUrl":"[redacted]","deep":[{"invoiceUrl" : "[redacted]","inspectionUrl":null}],"otherUrl":"keep"}"#
        );
    }

    #[test]
    fn a4_nul_and_lone_surrogates_are_replaced() {
        let found = scan(r#"{"a":"x\u0000y","b":"\ud83d\ude97 \ud83d z \ude00","c":"\\u0000"}"#);
        assert_eq!(
            found.body,
            r#"{"a":"x\ufffdy","b":"\ud83d\ude97 \ufffd z \ufffd","c":"\\u0000"}"#
        );
    }

    #[test]
    fn the_hash_follows_the_body() {
        let hash = |text: &str| scan(text).into_record().hash;
        assert_eq!(
            hash(r#"{"id":1,"invoiceUrl":"a"}"#),
            hash(r#"{"id":1,"invoiceUrl":"b"}"#)
        );
        assert_ne!(hash(r#"{"id":1}"#), hash(r#"{"id":2}"#));
    }

    #[test]
    fn broken_texts_end_the_scan() {
        for text in [
            "",
            "{",
            "{\"id",
            "{\"id\":",
            "{\"id\":1",
            "{\"invoiceUrl\":\"x",
            "{\"a\":\"\\",
            "{\"a\":\"\\u00",
        ] {
            scan(text);
        }
    }
}
