//! Typed fields of a record, read tolerantly: what the vendor may write for a number, a time, a text, a flag.
//!
//! A field that decides over money is exact or refuses the record; anything else is read as far as it goes,
//! and what was odd is noted.

use crate::tekmetric::reader::{Broken, Reader, Token};
use crate::tekmetric::times::{self, Zone};
use domain::decimal::{DecimalError, parse_integer};
use domain::issue::{IssueCode, RejectReason};
use domain::{Cents, Hours, Quantity};
use jiff::Timestamp;

/// Why the whole record is refused.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) reason: RejectReason,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(reason: RejectReason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
        }
    }
}

impl From<Broken> for Fault {
    fn from(_: Broken) -> Self {
        Self::new(RejectReason::Malformed, "the record is no JSON")
    }
}

/// A result of reading a field.
pub(crate) type Read<T> = Result<T, Fault>;

/// A record being read. Field names are paths (`jobs[].parts[].cost`), for messages.
pub(crate) struct Wire<'a> {
    reader: Reader<'a>,
    /// What was odd: code and field, each pair once.
    pub(crate) issues: Vec<(IssueCode, String)>,
    /// Keys we have never heard of, each once.
    pub(crate) unknown_keys: Vec<String>,
}

impl<'a> Wire<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self {
            reader: Reader::new(text),
            issues: Vec::new(),
            unknown_keys: Vec::new(),
        }
    }

    /// Notes something odd.
    pub(crate) fn issue(&mut self, code: IssueCode, detail: &str) {
        if !self.issues.iter().any(|(c, d)| *c == code && d == detail) {
            self.issues.push((code, detail.to_owned()));
        }
    }

    /// Enters an object; `false` on null.
    pub(crate) fn object(&mut self, field: &str) -> Read<bool> {
        match self.reader.token()? {
            Token::Object => Ok(true),
            Token::Null => Ok(false),
            other => Err(unfit(field, "an object", other)),
        }
    }

    /// Enters an array; `false` on null.
    pub(crate) fn array(&mut self, field: &str) -> Read<bool> {
        match self.reader.token()? {
            Token::Array => Ok(true),
            Token::Null => Ok(false),
            other => Err(unfit(field, "an array", other)),
        }
    }

    /// The next key of the object we are in.
    pub(crate) fn key(&mut self) -> Read<Option<&'a str>> {
        Ok(self.reader.key()?)
    }

    /// Whether the array we are in goes on.
    pub(crate) fn item(&mut self) -> Read<bool> {
        Ok(self.reader.item()?)
    }

    /// The value as it stands.
    pub(crate) fn raw(&mut self) -> Read<&'a str> {
        Ok(self.reader.skip()?)
    }

    /// The value as it stands, without consuming it.
    pub(crate) fn raw_ahead(&self) -> Read<&'a str> {
        Ok(self.reader.clone().skip()?)
    }

    /// Steps over a key we know and do not keep.
    pub(crate) fn ignore(&mut self) -> Read<()> {
        self.raw().map(drop)
    }

    /// Notes a key we do not know (quirk B-56) and gives its value.
    pub(crate) fn unknown(&mut self, prefix: &str, key: &str) -> Read<&'a str> {
        let path = format!("{prefix}{key}");
        if !self.unknown_keys.contains(&path) {
            self.unknown_keys.push(path);
        }
        self.raw()
    }

    /// A text: trimmed, never empty (quirk B-39), free of what a database cannot hold.
    pub(crate) fn text(&mut self, field: &str) -> Read<Option<String>> {
        let token = self.reader.token()?;
        self.text_of(token, field)
    }

    /// A text, or a list of which each is one (quirk B-38).
    pub(crate) fn texts(&mut self, field: &str) -> Read<Vec<String>> {
        let mut texts = Vec::new();
        match self.reader.token()? {
            Token::Array => {
                while self.item()? {
                    texts.extend(self.text(field)?);
                }
            }
            token => texts.extend(self.text_of(token, field)?),
        }
        Ok(texts)
    }

    fn text_of(&mut self, token: Token<'a>, field: &str) -> Read<Option<String>> {
        let text = match token {
            Token::Null => return Ok(None),
            Token::Text(text) if text.escaped => text.unescaped(),
            Token::Text(text) => {
                if text.inner.is_ascii() {
                    return Ok(kept(text.inner));
                }
                text.inner.to_owned()
            }
            // A field that turned from text to number still says what it says (trust A13).
            Token::Number(number) => return Ok(Some(number.to_owned())),
            other => return Err(unfit(field, "a text", other)),
        };
        if text.contains(['\u{FFFD}', '\0']) {
            self.issue(IssueCode::CleanedText, field);
            return Ok(kept(&text.replace(['\u{FFFD}', '\0'], "")));
        }
        Ok(kept(&text))
    }

    /// A whole number, also written as `8907.0` or `"8907"` (quirk B-1).
    pub(crate) fn integer(&mut self, field: &str) -> Read<Option<i64>> {
        let Some(number) = self.number(field)? else {
            return Ok(None);
        };
        if let Ok(value) = number.parse() {
            return Ok(Some(value));
        }
        let value = parse_integer(number).map_err(|error| no_number(field, number, error))?;
        self.issue(IssueCode::NumberAsFloat, field);
        Ok(Some(value))
    }

    /// A whole number of 32 bits or fewer.
    pub(crate) fn small<T: TryFrom<i64>>(&mut self, field: &str) -> Read<Option<T>> {
        let Some(value) = self.integer(field)? else {
            return Ok(None);
        };
        let narrow = T::try_from(value);
        narrow
            .map(Some)
            .map_err(|_| no_number(field, &value.to_string(), DecimalError::OutOfRange))
    }

    /// Money in cents; a fraction of a cent refuses the record.
    pub(crate) fn cents(&mut self, field: &str) -> Read<Option<Cents>> {
        Ok(self.integer(field)?.map(Cents))
    }

    /// Hours, exact to four places.
    pub(crate) fn hours(&mut self, field: &str) -> Read<Option<Hours>> {
        self.decimal(field, Hours::parse)
    }

    /// A quantity, exact to four places; fractions and zero are legal (quirks B-2, B-3).
    pub(crate) fn quantity(&mut self, field: &str) -> Read<Option<Quantity>> {
        self.decimal(field, Quantity::parse)
    }

    fn decimal<T>(
        &mut self,
        field: &str,
        parse: fn(&str) -> Result<T, DecimalError>,
    ) -> Read<Option<T>> {
        let Some(number) = self.number(field)? else {
            return Ok(None);
        };
        let value = parse(number).map_err(|error| no_number(field, number, error))?;
        let places = number.split_once('.').map_or("", |(_, places)| places);
        if places.trim_end_matches('0').len() > 4 {
            self.issue(IssueCode::RoundedDecimal, field);
        }
        Ok(Some(value))
    }

    /// The digits of a number, or of a text that holds one.
    fn number(&mut self, field: &str) -> Read<Option<&'a str>> {
        match self.reader.token()? {
            Token::Null => Ok(None),
            Token::Number(number) => Ok(Some(number)),
            Token::Text(text) => {
                let number = text.inner.trim();
                if number.is_empty() {
                    return Ok(None);
                }
                if !number.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
                    return Err(no_number(field, "", DecimalError::NotANumber));
                }
                self.issue(IssueCode::NumberAsFloat, field);
                Ok(Some(number))
            }
            other => Err(Fault::new(
                RejectReason::BadNumber,
                format!("{field}: a number expected, found {}", kind(other)),
            )),
        }
    }

    /// A time; unreadable ones are none, and noted (quirks B-40, B-41).
    pub(crate) fn time(&mut self, field: &str) -> Read<Option<Timestamp>> {
        match self.reader.token()? {
            Token::Null => return Ok(None),
            Token::Text(text) if text.inner.trim().is_empty() => return Ok(None),
            Token::Text(text) => {
                if let Some((instant, zone)) = times::parse(text.inner) {
                    if zone == Zone::Assumed {
                        self.issue(IssueCode::ZoneMissing, field);
                    }
                    return Ok(Some(instant));
                }
            }
            Token::Number(_) | Token::Flag(_) => {}
            other @ (Token::Object | Token::Array) => return Err(unfit(field, "a time", other)),
        }
        self.issue(IssueCode::MalformedTime, field);
        Ok(None)
    }

    /// Yes, no, or nothing.
    pub(crate) fn flag(&mut self, field: &str) -> Read<Option<bool>> {
        match self.reader.token()? {
            Token::Null => Ok(None),
            Token::Flag(flag) => Ok(Some(flag)),
            Token::Text(text) if text.inner.trim().is_empty() => Ok(None),
            Token::Text(text) if text.inner == "true" => Ok(Some(true)),
            Token::Text(text) if text.inner == "false" => Ok(Some(false)),
            Token::Number("1") => Ok(Some(true)),
            Token::Number("0") => Ok(Some(false)),
            other => Err(unfit(field, "true or false", other)),
        }
    }
}

/// A JSON object put together from raw values.
#[derive(Debug, Default)]
pub(crate) struct Extra(String);

impl Extra {
    /// Adds a member; `key` and `value` are JSON as they stood in the record.
    pub(crate) fn push(&mut self, key: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self.0.push_str(value);
    }

    /// The object; `None` when it has no member.
    pub(crate) fn finish(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push('}');
        Some(self.0)
    }
}

fn kept(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

const fn kind(token: Token<'_>) -> &'static str {
    match token {
        Token::Null => "null",
        Token::Flag(_) => "true or false",
        Token::Number(_) => "a number",
        Token::Text(_) => "a text",
        Token::Object => "an object",
        Token::Array => "an array",
    }
}

fn unfit(field: &str, expected: &str, found: Token<'_>) -> Fault {
    Fault::new(
        RejectReason::Malformed,
        format!("{field}: {expected} expected, found {}", kind(found)),
    )
}

/// `held` is told only where it consists of digits: a text in a number field may be anything.
fn no_number(field: &str, held: &str, error: DecimalError) -> Fault {
    let reason = match error {
        DecimalError::Fraction => RejectReason::FractionalInteger,
        DecimalError::NotANumber | DecimalError::OutOfRange => RejectReason::BadNumber,
    };
    let shown: String = held.chars().take(40).collect();
    let plain = shown
        .chars()
        .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    let detail = if plain && !shown.is_empty() {
        format!("{field}: {error}: {shown}")
    } else {
        format!("{field}: {error}")
    };
    Fault::new(reason, detail)
}
