//! Rounding and division, in one place (reference D.5).

/// `n / d` rounded to an integer, half away from zero. `d` must not be zero.
///
/// The result is an `i64`; a quotient beyond it is a defect of the caller and saturates.
#[must_use]
pub fn div_round(n: i128, d: i128) -> i64 {
    let (n, d) = if d < 0 { (-n, -d) } else { (n, d) };
    let magnitude = (n.unsigned_abs() * 2 + d.unsigned_abs()) / (d.unsigned_abs() * 2);
    let rounded = i64::try_from(magnitude).unwrap_or(i64::MAX);
    if n < 0 { -rounded } else { rounded }
}

/// A percentage in hundredths of a point (6319 means 63.19 %).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(i64);

impl Percent {
    /// `P(n, d)`: `n·100/d` at two decimals, half away from zero; `None` when the base is zero or less.
    #[must_use]
    pub fn of(n: i64, d: i64) -> Option<Self> {
        (d > 0).then(|| Self(div_round(i128::from(n) * 10_000, i128::from(d))))
    }

    /// Hundredths of a percentage point.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100))
    }
}

/// An average in whole units (cents per order, cents per hour); `None` when the divisor is zero or less.
#[must_use]
pub fn average(sum: i64, count: i64) -> Option<i64> {
    (count > 0).then(|| div_round(i128::from(sum), i128::from(count)))
}

#[cfg(test)]
mod tests {
    use super::{Percent, average, div_round};

    #[test]
    fn d5_rounding_is_half_away_from_zero() {
        assert_eq!(div_round(100_001, 3), 33_334);
        assert_eq!(div_round(-100, 3), -33);
        assert_eq!(div_round(-5, 2), -3);
        assert_eq!(div_round(5, 2), 3);
        assert_eq!(div_round(24_999, 10_000), 2);
    }

    #[test]
    fn d5_percentages() {
        let percent = |n, d| Percent::of(n, d).map(|p| p.to_string());
        assert_eq!(percent(1, 3).as_deref(), Some("33.33"));
        assert_eq!(percent(2, 3).as_deref(), Some("66.67"));
        assert_eq!(percent(-1, 3).as_deref(), Some("-33.33"));
        assert_eq!(percent(12_345, 100_000).as_deref(), Some("12.35"));
        assert_eq!(percent(-1999, 1).as_deref(), Some("-199900.00"));
        assert_eq!(percent(-5250, 0), None);
        assert_eq!(average(5, 0), None);
    }
}
