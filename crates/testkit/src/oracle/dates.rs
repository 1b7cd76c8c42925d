//! Instants to shop days, by the IANA zone of the shop.

use jiff::{Timestamp, civil::Date, civil::DateTime, tz::TimeZone};

/// Reads a vendor's time: 0 to 9 fractional digits, `Z`, an offset, or nothing (UTC).
///
/// `None` for a malformed text: an optional time that cannot be read counts as absent.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // A bare date would silently become a midnight.
    if !text.contains(['T', 't', ' ']) {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let zone_less: DateTime = text.parse().ok()?;
    zone_less
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// The calendar date of an instant in a zone.
pub fn local_date(instant: Timestamp, zone: &TimeZone) -> Date {
    instant.to_zoned(zone.clone()).date()
}

/// A local day as instants: start of the day, start of the next day.
///
/// `None` at the ends of the calendar.
pub fn day_interval(day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let start_of = |date: Date| {
        date.to_zoned(zone.clone())
            .ok()
            .map(|start| start.timestamp())
    };
    Some((start_of(day)?, start_of(day.tomorrow().ok()?)?))
}
