//! Single values as the vendor writes them (reference A5, golden F14): money as texts or numbers, instants with up to
//! seven digits, the empty date, lengths of time beyond a day.

use domain::Cents;
use domain::decimal::parse_cents;
use jiff::Timestamp;
use jiff::civil::Date;

/// Stands for "none" in some records (quirk Q11).
const EMPTY_DATE: &str = "0001-01-01";

const MICROS: i64 = 1_000_000;

/// Money in whole units with decimals, rounded once, half away from zero; an empty text is nothing.
pub(super) fn cents(text: &str) -> Result<Option<Cents>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    parse_cents(text)
        .map(Some)
        .map_err(|_| "no plain decimal amount")
}

/// A plain decimal, as a text that loses nothing; an empty text is nothing.
pub(super) fn number(text: &str) -> Result<Option<String>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if all_digits(whole) && all_digits(fraction) {
        Ok(Some(text.to_owned()))
    } else {
        Err("no plain decimal number")
    }
}

/// An instant with its zone, truncated to microseconds: PostgreSQL would round, and the last tick of a day would become
/// the next one (quirk Q12). The empty date is nothing.
pub(super) fn instant(text: &str) -> Result<Option<Timestamp>, &'static str> {
    let text = text.trim();
    if text.is_empty() || text.starts_with(EMPTY_DATE) {
        return Ok(None);
    }
    let parsed: Timestamp = text.parse().map_err(|_| "no time with a zone")?;
    Timestamp::from_microsecond(parsed.as_microsecond())
        .map(Some)
        .map_err(|_| "a time out of range")
}

/// A calendar day, or a moment that means one.
pub(super) enum DayOrMoment {
    Day(Date),
    Moment(Timestamp),
}

/// A day as the vendor writes it.
pub(super) fn day(text: &str) -> Result<Option<DayOrMoment>, &'static str> {
    if let Ok(date) = text.trim().parse::<Date>()
        && text.trim().len() == 10
    {
        return Ok((text.trim() != EMPTY_DATE).then_some(DayOrMoment::Day(date)));
    }
    Ok(instant(text)?.map(DayOrMoment::Moment))
}

/// `HH:MM:SS`, with a fraction and a day part where there is one, in microseconds; hours may pass 24.
pub(super) fn span(text: &str) -> Result<Option<i64>, &'static str> {
    const WRONG: &str = "no length of time";
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = text.split(':');
    let (first, minutes, rest) = (parts.next(), parts.next(), parts.next());
    let (Some(first), Some(minutes), None) = (first, minutes, parts.next()) else {
        return Err(WRONG);
    };
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let (seconds, fraction) = match rest {
        Some(rest) => rest.split_once('.').unwrap_or((rest, "")),
        None => ("0", ""),
    };
    let whole = |text: &str| -> Result<i64, &'static str> {
        if text.len() > 9 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(WRONG);
        }
        text.parse().map_err(|_| WRONG)
    };
    let micros = match fraction.len() {
        0 => 0,
        _ => whole(&format!("{fraction:0<6}")[..6])?,
    };
    let minutes_of_all = (whole(days)? * 24 + whole(hours)?) * 60 + whole(minutes)?;
    let total = (minutes_of_all * 60 + whole(seconds)?) * MICROS + micros;
    Ok(Some(if negative { -total } else { total }))
}

#[cfg(test)]
mod tests {
    use super::{cents, instant, number, span};

    #[test]
    fn f14_money_is_read_exactly_and_rounded_once() {
        for (text, expected) in [
            ("0", Some(0)),
            ("19.95", Some(1995)),
            ("33.335", Some(3334)),
            ("-33.335", Some(-3334)),
            ("0.005", Some(1)),
            ("-0.004", Some(0)),
            ("1234567.89", Some(123_456_789)),
            ("", None),
        ] {
            assert_eq!(cents(text).unwrap().map(|c| c.0), expected, "{text}");
        }
        for text in ["12,50", "1e3", "NaN", "abc", "-", "."] {
            assert!(cents(text).is_err(), "{text}");
        }
    }

    #[test]
    fn f14_q11_q12_times_are_truncated_and_the_empty_date_is_nothing() {
        for (text, expected) in [
            ("2026-03-02T14:05:00Z", Some("2026-03-02T14:05:00Z")),
            ("2026-03-02T14:05:00.12Z", Some("2026-03-02T14:05:00.12Z")),
            (
                "2026-03-02T14:05:00.1234567Z",
                Some("2026-03-02T14:05:00.123456Z"),
            ),
            (
                "2026-03-02T23:59:59.9999999Z",
                Some("2026-03-02T23:59:59.999999Z"),
            ),
            ("0001-01-01T00:00:00Z", None),
        ] {
            let expected = expected.map(|e| e.parse().unwrap());
            assert_eq!(instant(text), Ok(expected), "{text}");
        }
        assert!(instant("2026-03-02T14:05:00").is_err(), "no zone");
    }

    #[test]
    fn f14_lengths_of_time_pass_a_day() {
        for (text, seconds) in [
            ("01:30:00", 5_400),
            ("00:04:17.2500000", 257),
            ("26:00:00", 93_600),
            ("1.02:00:00", 93_600),
            ("08:00", 28_800),
        ] {
            let micros = span(text).unwrap().unwrap();
            assert_eq!(micros / 1_000_000, seconds, "{text}");
        }
        assert_eq!(span("00:04:17.2500000"), Ok(Some(257_250_000)));
        assert!(span("soon").is_err());
    }

    #[test]
    fn numbers_are_plain_decimals() {
        assert_eq!(number("33.3333"), Ok(Some("33.3333".to_owned())));
        assert_eq!(number("-2"), Ok(Some("-2".to_owned())));
        for text in ["1e3", "NaN", "1,5", ".5", "5."] {
            assert!(number(text).is_err(), "{text}");
        }
    }
}
