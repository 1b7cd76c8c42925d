//! Times as the vendor writes them (reference A.8.14): 0–9 fractional digits, `Z`, an offset, or no zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Whether the text carried a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// It did.
    Given,
    /// It did not, and was read as UTC (quirk B-40).
    Assumed,
}

/// Reads a date-time; `None` for anything else, a bare date included.
pub(crate) fn parse(text: &str) -> Option<(Timestamp, Zone)> {
    if let Some(seconds) = plain_utc(text.as_bytes()) {
        return Some((Timestamp::from_second(seconds).ok()?, Zone::Given));
    }
    let text = text.trim();
    // A date without a time, and the malformed `2018-02-15:00:00` of the vendor's own examples (B-41).
    let separator = text.as_bytes().get(10)?;
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some((instant, Zone::Given));
    }
    let civil: DateTime = text.parse().ok()?;
    let instant = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some((instant, Zone::Assumed))
}

/// `YYYY-MM-DDThh:mm:ssZ`, which is all that live data holds, without a general parser: seconds since 1970.
fn plain_utc(text: &[u8]) -> Option<i64> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = *text
    else {
        return None;
    };
    let digit = |b: u8| b.is_ascii_digit().then(|| i64::from(b - b'0'));
    let two = |a, b| Some(digit(a)? * 10 + digit(b)?);
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1 || day < 1 || day > length || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970-01-01, counted from March so that the leap day ends the year.
    let march_year = year - i64::from(month < 3);
    let march_month = (month + 9) % 12;
    let days = march_year * 365 + march_year / 4 - march_year / 100
        + march_year / 400
        + (march_month * 153 + 2) / 5
        + day
        - 1
        - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::{Zone, parse};
    use jiff::Timestamp;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn a8_14_every_way_to_write_a_time() {
        for (text, instant, zone) in [
            ("2026-07-11T02:17:45Z", "2026-07-11T02:17:45Z", Zone::Given),
            (
                "2026-07-11T02:17:45.123456789Z",
                "2026-07-11T02:17:45.123456789Z",
                Zone::Given,
            ),
            (
                "2026-07-10T22:17:45-04:00",
                "2026-07-11T02:17:45Z",
                Zone::Given,
            ),
            ("2026-07-11T02:17:45", "2026-07-11T02:17:45Z", Zone::Assumed),
            (
                "2026-07-11 02:17:45.5",
                "2026-07-11T02:17:45.5Z",
                Zone::Assumed,
            ),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z", Zone::Given),
        ] {
            assert_eq!(
                parse(text),
                Some((instant.parse().unwrap(), zone)),
                "{text}"
            );
        }
    }

    #[test]
    fn b41_malformed_times_are_none() {
        for text in [
            "",
            "2018-02-15:00:00",
            "2026-07-11",
            "soon",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "1783736265",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_fast_path_agrees_with_the_general_parser(seconds in -62_135_596_800_i64..253_402_207_200) {
            let instant = Timestamp::from_second(seconds).unwrap();
            let text = instant.to_string();
            prop_assert_eq!(parse(&text), Some((instant, Zone::Given)));
        }
    }
}
