//! Instants to the second, and the shop's own day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

/// An instant in whole seconds since 1970-01-01T00:00:00Z, printed as `YYYY-MM-DDThh:mm:ssZ`, the
/// form of all live data (reference/tekmetric.md A.8.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub i64);

/// A text that is not a full date-time with a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO-8601 date-time with a zone")]
pub struct ParseStampError;

impl Stamp {
    /// The instant `seconds` later (earlier when negative).
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// The calendar date of this instant in a zone.
    #[must_use]
    pub fn date_in(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.timestamp()).date()
    }

    /// The instant at which a shop's clock shows this date and time; the later side of a gap, the
    /// earlier side of a fold.
    pub(crate) fn local(zone: &TimeZone, at: DateTime) -> Self {
        let instant = zone.to_ambiguous_timestamp(at).compatible();
        Self(instant.map_or(0, Timestamp::as_second))
    }

    /// The same instant for jiff; clamped to the years it knows.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Reads a full date-time with `Z` or a numeric offset; a bare date or a missing zone is refused
    /// as the vendor refuses it (reference/tekmetric.md A.6.3). Fractions are cut off.
    ///
    /// # Errors
    /// [`ParseStampError`] when the text is anything else.
    pub fn parse_zoned(text: &str) -> Result<Self, ParseStampError> {
        if !text.contains(['T', 't']) || text.contains('[') {
            return Err(ParseStampError);
        }
        text.parse::<Timestamp>()
            .map(|at| Self(at.as_second()))
            .map_err(|_| ParseStampError)
    }

    /// Reads what fixtures hold: a zoned date-time, or one without zone, which means UTC.
    pub(crate) fn parse_lenient(text: &str) -> Option<Self> {
        Self::parse_zoned(text)
            .or_else(|_| Self::parse_zoned(&format!("{text}Z")))
            .ok()
    }
}

impl From<Timestamp> for Stamp {
    fn from(at: Timestamp) -> Self {
        Self(at.as_second())
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.timestamp())
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Stamp;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    #[test]
    fn the_shop_day_is_the_shops() {
        // reference/tekmetric.md golden D1.
        for (instant, zone, local) in [
            (
                "2026-07-11T02:17:45Z",
                "America/New_York",
                date(2026, 7, 10),
            ),
            ("2026-03-08T04:30:00Z", "America/New_York", date(2026, 3, 7)),
            ("2026-03-09T03:59:59Z", "America/New_York", date(2026, 3, 8)),
            (
                "2026-11-01T04:30:00Z",
                "America/New_York",
                date(2026, 11, 1),
            ),
            (
                "2026-11-02T04:59:59Z",
                "America/New_York",
                date(2026, 11, 1),
            ),
            ("2026-07-11T06:30:00Z", "America/Phoenix", date(2026, 7, 10)),
        ] {
            let zone = TimeZone::get(zone).expect("a zone");
            let stamp = Stamp::parse_zoned(instant).expect("an instant");
            assert_eq!(stamp.date_in(&zone), local, "{instant}");
            assert_eq!(stamp.to_string(), instant);
        }
    }

    #[test]
    fn dates_without_a_zone_are_refused() {
        for text in [
            "2026-07-10",
            "2026-07-10T04:00:00",
            "2026-07-10 04:00:00Z",
            "soon",
            "",
        ] {
            assert!(Stamp::parse_zoned(text).is_err(), "{text}");
        }
        let offset = Stamp::parse_zoned("2026-07-10T00:00:00.250-04:00").expect("an instant");
        assert_eq!(offset.to_string(), "2026-07-10T04:00:00Z");
    }
}
