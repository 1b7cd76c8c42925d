//! Tolerant reading of vendor payloads, written apart from the connector's decoder.

use super::{dates, number::Decimal};
use jiff::Timestamp;
use serde_json::Value;

/// Why the oracle will not count a record: it does not fit, the product has to reject it too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A field that must hold a whole number holds something else.
    #[error("{field} is not a whole number: {found}")]
    NotWhole {
        /// The vendor's key.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A field that must hold a number holds something else.
    #[error("{field} is not a number: {found}")]
    NotNumber {
        /// The vendor's key.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A record without the key it is stored under.
    #[error("{record} has no id")]
    NoId {
        /// The kind of record.
        record: &'static str,
    },
}

fn decimal(record: &Value, field: &'static str) -> Result<Option<Decimal>, Misfit> {
    let text = match &record[field] {
        Value::Null => return Ok(None),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        other => {
            return Err(Misfit::NotNumber {
                field,
                found: other.to_string(),
            });
        }
    };
    match Decimal::parse(&text) {
        Some(decimal) => Ok(Some(decimal)),
        None => Err(Misfit::NotNumber { field, found: text }),
    }
}

/// An optional whole number: cents or an id.
pub fn whole(record: &Value, field: &'static str) -> Result<Option<i64>, Misfit> {
    let Some(found) = decimal(record, field)? else {
        return Ok(None);
    };
    match found.integer() {
        Some(whole) => Ok(Some(whole)),
        None => Err(Misfit::NotWhole {
            field,
            found: record[field].to_string(),
        }),
    }
}

/// Cents, 0 when absent.
pub fn cents(record: &Value, field: &'static str) -> Result<i64, Misfit> {
    Ok(whole(record, field)?.unwrap_or(0))
}

/// The key a record is stored under.
pub fn id(record: &Value, kind: &'static str) -> Result<i64, Misfit> {
    whole(record, "id")?.ok_or(Misfit::NoId { record: kind })
}

/// Hours or a quantity in ten-thousandths, as the warehouse stores them.
pub fn ten_thousandths(record: &Value, field: &'static str) -> Result<Option<i64>, Misfit> {
    let Some(found) = decimal(record, field)? else {
        return Ok(None);
    };
    match found.ten_thousandths() {
        Some(value) => Ok(Some(value)),
        None => Err(Misfit::NotNumber {
            field,
            found: record[field].to_string(),
        }),
    }
}

/// A percentage with all its decimals.
pub fn exact(record: &Value, field: &'static str) -> Result<Option<Decimal>, Misfit> {
    decimal(record, field)
}

/// A trimmed text, `None` when empty.
pub fn text<'a>(record: &'a Value, field: &str) -> Option<&'a str> {
    record[field]
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// An instant, `None` when absent or malformed.
pub fn instant(record: &Value, field: &str) -> Option<Timestamp> {
    text(record, field).and_then(dates::parse_instant)
}

/// The entries of a list, none when absent.
pub fn list<'a>(record: &'a Value, field: &str) -> &'a [Value] {
    record[field].as_array().map_or(&[], Vec::as_slice)
}

/// The sum of the `total`s of a list of discounts.
pub fn sum_of_totals(lines: &[Value]) -> Result<i64, Misfit> {
    let mut sum = 0;
    for line in lines {
        sum += cents(line, "total")?;
    }
    Ok(sum)
}
