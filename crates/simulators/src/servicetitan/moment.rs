//! Instants with the vendor's seven digits of a second, and its calendar days.

use std::io::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Stamp;

const TICKS: i64 = 10_000_000;

/// An instant in ticks of 100 ns since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    /// The whole second.
    pub(crate) const fn at(stamp: Stamp) -> Self {
        Self(stamp.0 * TICKS)
    }

    /// A second and a fraction made of whatever is at hand: a third of them has none, the rest one to seven digits.
    pub(crate) fn sprinkled(stamp: Stamp, salt: u64) -> Self {
        let mixed = (salt ^ stamp.0.unsigned_abs()).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
        let ticks = match mixed % 9 {
            0..=2 => 0,
            3 => (mixed / 9 % 10) * 1_000_000,
            4 => (mixed / 9 % 1_000) * 10_000,
            5 => 9_999_999,
            _ => mixed / 9 % 10_000_000,
        };
        Self(stamp.0 * TICKS + i64::try_from(ticks).unwrap_or(0))
    }

    /// The second this lies in.
    pub(crate) const fn stamp(self) -> Stamp {
        Stamp(self.0.div_euclid(TICKS))
    }

    /// Microseconds since 1970, cut off: what a store that keeps six digits must hold.
    pub(crate) const fn micros(self) -> i64 {
        self.0.div_euclid(10)
    }

    /// The calendar day in a zone.
    pub(crate) fn date_in(self, zone: &TimeZone) -> Date {
        self.stamp().date_in(zone)
    }

    /// Appends `YYYY-MM-DDThh:mm:ss[.fffffff]Z`, without trailing zeros of the fraction.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        let seconds = self.stamp().timestamp();
        // Writing to a vector cannot fail.
        let _written = write!(out, "{seconds}");
        let ticks = self.0.rem_euclid(TICKS);
        if ticks == 0 {
            return;
        }
        out.pop();
        let digits = format!("{ticks:07}");
        let _written = write!(out, ".{}Z", digits.trim_end_matches('0'));
    }

    /// Reads an ISO 8601 instant with zone, up to seven digits of a second; a bare date means its midnight in UTC,
    /// as the vendor's filters take it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(date) = text.parse::<Date>()
            && !text.contains(['T', 't'])
        {
            return Some(Self::at(midnight(date)));
        }
        let at = Stamp::parse_zoned(text)
            .or_else(|_| Stamp::parse_zoned(&format!("{text}Z")))
            .ok()?;
        let fraction = text.split_once('.').map_or("", |(_, rest)| rest);
        let digits: String = fraction
            .chars()
            .take_while(char::is_ascii_digit)
            .take(7)
            .collect();
        let ticks: i64 = format!("{digits:0<7}").parse().ok()?;
        Some(Self(at.0 * TICKS + ticks))
    }
}

/// Midnight UTC of a day, the way the vendor prints calendar days.
pub(crate) fn midnight(day: Date) -> Stamp {
    Stamp::local(&TimeZone::UTC, day.at(0, 0, 0, 0))
}

/// The day so many days later.
pub(crate) fn later(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::Moment;

    fn printed(moment: Moment) -> String {
        let mut out = Vec::new();
        moment.write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn seven_digits_survive_and_are_cut_to_six() {
        for (text, micros) in [
            ("2026-03-02T14:05:00Z", 0),
            ("2026-03-02T14:05:00.12Z", 120_000),
            ("2026-03-02T14:05:00.1234567Z", 123_456),
            ("2026-03-02T14:05:00.9999999Z", 999_999),
        ] {
            let moment = Moment::parse(text).expect("an instant");
            assert_eq!(printed(moment), text);
            assert_eq!(moment.micros().rem_euclid(1_000_000), micros);
        }
        let day = Moment::parse("2026-03-02").expect("a day");
        assert_eq!(printed(day), "2026-03-02T00:00:00Z");
        assert!(Moment::parse("soon").is_none());
    }
}
