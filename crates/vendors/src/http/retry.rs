//! When to try again, and after how long.

use crate::settings::Tuning;
use jiff::Timestamp;
use std::time::Duration;

/// Statuses that a later try may cure. No other 4xx is ever sent twice.
pub(crate) const fn is_worth_retrying(status: u16) -> bool {
    matches!(status, 408 | 429) || status >= 500
}

/// Our own wait before retry number `n` (from 1): `min(2^n units + 0…1 unit, cap)`.
///
/// `chance` is a random number of 0 to 999 thousandths of a unit.
pub(crate) fn back_off(n: u32, chance: u32, tuning: &Tuning) -> Duration {
    let doubled = tuning.backoff_base.saturating_mul(1 << n.min(20));
    let jitter = tuning.backoff_base.saturating_mul(chance) / 1000;
    doubled.saturating_add(jitter).min(tuning.backoff_cap)
}

/// What `Retry-After` asks for: seconds, or an HTTP date measured from `now`.
///
/// A past date and a negative number ask for nothing; garbage counts as absent.
pub(crate) fn asked_wait(header: &str, now: Timestamp) -> Option<Duration> {
    let text = header.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        let usable = seconds.is_finite() && seconds <= 1e9;
        return usable.then(|| Duration::from_secs_f64(seconds.max(0.0)));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::{asked_wait, back_off, is_worth_retrying};
    use crate::settings::Tuning;
    use std::time::Duration;

    #[test]
    fn a1_retry_after_of_every_kind() {
        let now = "2026-07-10T12:00:00Z".parse().unwrap();
        for (header, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("3600", Some(3600)),
            ("-5", Some(0)),
            ("Fri, 10 Jul 2026 12:00:30 GMT", Some(30)),
            ("Fri, 10 Jul 2026 11:00:00 GMT", Some(0)),
            ("soon", None),
            ("", None),
            ("NaN", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(asked_wait(header, now), expected, "{header}");
        }
    }

    #[test]
    fn a4_back_off_doubles_up_to_the_cap() {
        let tuning = Tuning::default();
        let waits: Vec<u64> = (1..=7).map(|n| back_off(n, 0, &tuning).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(back_off(1, 999, &tuning), Duration::from_millis(2999));
        assert_eq!(back_off(u32::MAX, 0, &tuning), Duration::from_secs(60));
    }

    #[test]
    fn only_what_may_pass_is_retried() {
        for status in [408, 429, 500, 502, 503, 504, 522] {
            assert!(is_worth_retrying(status), "{status}");
        }
        for status in [301, 400, 401, 403, 404, 409, 422] {
            assert!(!is_worth_retrying(status), "{status}");
        }
    }
}
