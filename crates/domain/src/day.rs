//! The shop's day: an instant becomes a calendar date in the shop's IANA zone, never by offset or text.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt;
use thiserror::Error;

/// A calendar date in a shop's own zone.
pub type ShopDay = Date;

/// The name is not an IANA time zone.
#[derive(Debug, Error)]
#[error("unknown time zone {name:?}")]
pub struct UnknownZone {
    /// What was given.
    pub name: String,
}

/// A shop's IANA time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopZone {
    name: String,
    zone: TimeZone,
}

impl ShopZone {
    /// Looks the zone up by its IANA name (`America/New_York`).
    ///
    /// # Errors
    /// [`UnknownZone`] for anything else, fixed offsets and POSIX strings included: they are wrong half the year.
    pub fn new(name: &str) -> Result<Self, UnknownZone> {
        let refused = || UnknownZone {
            name: name.to_owned(),
        };
        let zone = TimeZone::get(name).map_err(|_| refused())?;
        // PostgreSQL knows only names with a region; `UTC` is the one exception both accept.
        if zone.iana_name().is_none() || (!name.contains('/') && name != "UTC") {
            return Err(refused());
        }
        Ok(Self {
            name: name.to_owned(),
            zone,
        })
    }

    /// The IANA name as configured.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local calendar date of an instant.
    #[must_use]
    pub fn day_of(&self, instant: Timestamp) -> ShopDay {
        instant.to_zoned(self.zone.clone()).date()
    }

    /// A local day as the instants `[start, end)`: 23, 24 or 25 hours long.
    ///
    /// `None` when the day lies outside the supported calendar (years −9999 to 9999).
    #[must_use]
    pub fn interval(&self, day: ShopDay) -> Option<(Timestamp, Timestamp)> {
        let start = day.to_zoned(self.zone.clone()).ok()?.start_of_day().ok()?;
        let end = day
            .checked_add(1.day())
            .ok()?
            .to_zoned(self.zone.clone())
            .ok()?
            .start_of_day()
            .ok()?;
        Some((start.timestamp(), end.timestamp()))
    }
}

impl fmt::Display for ShopZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::ShopZone;

    #[test]
    fn d1_local_dates() {
        for (instant, zone, day) in [
            ("2026-07-11T02:17:45Z", "America/New_York", "2026-07-10"),
            ("2026-07-11T04:15:00Z", "America/New_York", "2026-07-11"),
            ("2026-03-08T04:30:00Z", "America/New_York", "2026-03-07"),
            ("2026-03-09T03:59:59Z", "America/New_York", "2026-03-08"),
            ("2026-11-01T04:30:00Z", "America/New_York", "2026-11-01"),
            ("2026-11-02T04:59:59Z", "America/New_York", "2026-11-01"),
            ("2026-07-11T06:30:00Z", "America/Phoenix", "2026-07-10"),
            ("2026-01-15T04:59:59.999Z", "America/New_York", "2026-01-14"),
        ] {
            let zone = ShopZone::new(zone).unwrap();
            assert_eq!(
                zone.day_of(instant.parse().unwrap()).to_string(),
                day,
                "{instant}"
            );
        }
    }

    #[test]
    fn d1_day_intervals_follow_the_clock_change() {
        let zone = ShopZone::new("America/New_York").unwrap();
        for (day, start, end) in [
            ("2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
            ("2026-07-10", "2026-07-10T04:00:00Z", "2026-07-11T04:00:00Z"),
            ("2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        ] {
            let (from, to) = zone.interval(day.parse().unwrap()).unwrap();
            assert_eq!(
                (from.to_string(), to.to_string()),
                (start.to_owned(), end.to_owned())
            );
        }
    }

    #[test]
    fn only_iana_zones_are_zones() {
        for name in ["", "-05:00", "EST5EDT4", "Mars/Olympus", "New York", "EST"] {
            assert!(ShopZone::new(name).is_err(), "{name}");
        }
        assert!(ShopZone::new("UTC").is_ok());
    }
}
