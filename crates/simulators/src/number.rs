//! Exact numbers: integer cents, and decimals in ten-thousandths. Floats appear nowhere but in the
//! last digit-for-digit print of a decimal.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Serialize, Serializer};

/// Money in integer cents; may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// `self × percent / 100`, rounded to the cent half away from zero; `basis_points` are
    /// hundredths of a percent.
    #[must_use]
    pub fn portion(self, basis_points: i64) -> Self {
        Self(divide_rounding(self.0 * basis_points, 10_000))
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

/// Hours or a quantity, exact, in ten-thousandths of its unit (0.5 h is 5,000).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i64);

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit.
    pub const ONE: Self = Self(10_000);

    /// From hundredths of the unit: 55 is 0.55.
    #[must_use]
    pub const fn hundredths(count: i64) -> Self {
        Self(count * 100)
    }

    /// `self × unit`, rounded to the cent half away from zero, once per line
    /// (reference/tekmetric.md A.10.3, A.10.4).
    #[must_use]
    pub fn times(self, unit: Cents) -> Cents {
        Cents(divide_rounding(self.0 * unit.0, 10_000))
    }

    /// Reads `2`, `0.5`, `-1.25`, `2.0`; at most four decimals count, others make it unreadable.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 4 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let padded: i64 = format!("{fraction:0<4}").parse().ok()?;
        let magnitude = whole
            .parse::<i64>()
            .ok()?
            .checked_mul(10_000)?
            .checked_add(padded)?;
        Some(Self(if negative { -magnitude } else { magnitude }))
    }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (
            self.0.unsigned_abs() / 10_000,
            self.0.unsigned_abs() % 10_000,
        );
        if rest == 0 {
            return write!(out, "{sign}{whole}");
        }
        let fraction = format!("{rest:04}");
        write!(out, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Decimal {
    /// A JSON number such as `2`, `0.5` or `0.3333`. The nearest double of a decimal with at most
    /// fifteen digits prints back as exactly that decimal, so this loses nothing.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 10_000 == 0 {
            serializer.serialize_i64(self.0 / 10_000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 10_000.0)
        }
    }
}

/// Integer division rounded half away from zero. `by` is positive.
fn divide_rounding(value: i64, by: i64) -> i64 {
    let half = by / 2;
    if value < 0 {
        (value - half) / by
    } else {
        (value + half) / by
    }
}

#[cfg(test)]
mod tests {
    use super::{Cents, Decimal};

    fn extended(quantity: &str, unit: i64) -> i64 {
        Decimal::parse(quantity)
            .expect("a decimal")
            .times(Cents(unit))
            .0
    }

    #[test]
    fn lines_round_half_away_from_zero() {
        // reference/tekmetric.md golden G1.
        for (quantity, cost, retail, cost_ext, retail_ext) in [
            ("4.5", 613, 1089, 2759, 4901),
            ("0.5", 899, 1899, 450, 950),
            ("5.5", 465, 985, 2558, 5418),
            ("2", 5430, 10860, 10860, 21720),
            ("0.33", 1000, 2500, 330, 825),
            ("0", 300, 900, 0, 0),
        ] {
            assert_eq!(extended(quantity, cost), cost_ext);
            assert_eq!(extended(quantity, retail), retail_ext);
        }
        assert_eq!(extended("-0.5", 899), -450);
    }

    #[test]
    fn decimals_print_digit_for_digit() {
        for text in [
            "0.5", "5.5", "2", "0.33", "2.41", "32.2", "-1.25", "0.0001", "0", "0.1", "2.3",
        ] {
            let decimal = Decimal::parse(text).expect("a decimal");
            assert_eq!(decimal.to_string(), text);
            assert_eq!(serde_json::to_string(&decimal).expect("a number"), text);
        }
        assert_eq!(Decimal::parse("2.0"), Some(Decimal(20_000)));
        assert_eq!(Decimal::parse("0.00001"), None);
        assert_eq!(Decimal::parse("n/a"), None);
    }

    #[test]
    fn every_hundredth_prints_exactly() {
        for count in 0..10_000 {
            let decimal = Decimal::hundredths(count);
            assert_eq!(
                serde_json::to_string(&decimal).expect("a number"),
                decimal.to_string()
            );
        }
    }
}
