//! Exact decimals with four places: billed hours and part quantities.
//!
//! Both are kept as an integer number of ten-thousandths, which is what `NUMERIC(12,4)` and
//! `NUMERIC(14,4)` hold, so that no value passes through a float on its way to the database.

use crate::money::Cents;
use crate::ratio::div_round;
use serde::Serialize;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use thiserror::Error;

/// Ten-thousandths in one unit.
pub const SCALE: i64 = 10_000;

/// Why a text is not an exact decimal that we can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecimalError {
    /// Not a number at all (`"abc"`, `NaN`, an empty text).
    #[error("not a number")]
    NotANumber,
    /// A fraction where a whole number is required (a money field of `12.5` cents).
    #[error("a fraction where a whole number is required")]
    Fraction,
    /// More digits than a 64-bit integer of ten-thousandths can hold.
    #[error("out of range")]
    OutOfRange,
}

/// Billed, worked or logged time. Unit: hours, exact to 1/10000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Hours(i64);

/// How many units of a part. Exact to 1/10000; may be zero or negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Quantity(i64);

// The two types differ in meaning only; one macro keeps their arithmetic from drifting apart.
macro_rules! fixed_four {
    ($name:ident) => {
        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0);

            /// From ten-thousandths of the unit.
            #[must_use]
            pub const fn from_ten_thousandths(value: i64) -> Self {
                Self(value)
            }

            /// In ten-thousandths of the unit.
            #[must_use]
            pub const fn ten_thousandths(self) -> i64 {
                self.0
            }

            /// Reads a JSON number or numeric text exactly; digits beyond the fourth place round half away from zero.
            ///
            /// # Errors
            /// [`DecimalError`] when the text is no number or too large.
            pub fn parse(text: &str) -> Result<Self, DecimalError> {
                parse_scaled(text, 4, Excess::Round).map(Self)
            }

            /// `self × cents_per_unit`, rounded once to whole cents, half away from zero.
            #[must_use]
            pub fn extend(self, cents_per_unit: Cents) -> Cents {
                Cents(div_round(
                    i128::from(self.0) * i128::from(cents_per_unit.0),
                    i128::from(SCALE),
                ))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let sign = if self.0 < 0 { "-" } else { "" };
                let whole = self.0.unsigned_abs() / SCALE.unsigned_abs();
                let fraction = self.0.unsigned_abs() % SCALE.unsigned_abs();
                if fraction == 0 {
                    return f.pad(&format!("{sign}{whole}"));
                }
                let digits = format!("{fraction:04}");
                f.pad(&format!("{sign}{whole}.{}", digits.trim_end_matches('0')))
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                Self(iter.map(|v| v.0).sum())
            }
        }
    };
}

fixed_four!(Hours);
fixed_four!(Quantity);

impl Hours {
    /// What an hour comes to when all of them cost this much; zero where there is no hour to speak of.
    #[must_use]
    pub fn rate_of(self, cost: Cents) -> Cents {
        match self.0 {
            0 => Cents::ZERO,
            hours => Cents(div_round(
                i128::from(cost.0) * i128::from(SCALE),
                i128::from(hours),
            )),
        }
    }
}

/// Reads money written in whole units with decimals (`"19.95"`, `-0.5`, `3`) as cents, half away from zero.
/// Exponents and separators of any other kind are refused.
///
/// # Errors
/// [`DecimalError`] when the text is no plain decimal, or too large.
pub fn parse_cents(text: &str) -> Result<Cents, DecimalError> {
    if text.contains(['e', 'E']) {
        return Err(DecimalError::NotANumber);
    }
    parse_scaled(text, 2, Excess::Round).map(Cents)
}

/// Reads a whole number that a vendor may have written as `8907`, `8907.0`, `8.907e3` or `"8907.0"`.
///
/// A fraction of at most a millionth is taken for float noise and dropped; any larger one is refused,
/// never truncated (quirk B-1).
///
/// # Errors
/// [`DecimalError`] when the text is no number, carries a real fraction or is too large.
pub fn parse_integer(text: &str) -> Result<i64, DecimalError> {
    parse_scaled(text, 0, Excess::Refuse)
}

/// What to do with digits beyond the scale.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Excess {
    Round,
    Refuse,
}

/// A decimal text times 10^scale, as an integer.
fn parse_scaled(text: &str, scale: i32, excess: Excess) -> Result<i64, DecimalError> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = split_exponent(digits)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(DecimalError::NotANumber);
    }
    let mut value: i128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return Err(DecimalError::NotANumber);
        }
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i128::from(byte - b'0')))
            .ok_or(DecimalError::OutOfRange)?;
    }
    let places = i32::try_from(fraction.len()).map_err(|_| DecimalError::OutOfRange)?;
    let scaled = shift(value, scale + exponent - places, excess)?;
    let signed = if negative { -scaled } else { scaled };
    i64::try_from(signed).map_err(|_| DecimalError::OutOfRange)
}

fn split_exponent(text: &str) -> Result<(&str, i32), DecimalError> {
    match text.find(['e', 'E']) {
        None => Ok((text, 0)),
        Some(at) => {
            let exponent: i32 = text[at + 1..]
                .parse()
                .map_err(|_| DecimalError::NotANumber)?;
            if exponent.abs() > 30 {
                return Err(DecimalError::OutOfRange);
            }
            Ok((&text[..at], exponent))
        }
    }
}

/// `value × 10^power`; a negative power divides, rounding or refusing what is lost.
fn shift(value: i128, power: i32, excess: Excess) -> Result<i128, DecimalError> {
    let factor = 10_i128
        .checked_pow(power.unsigned_abs())
        .ok_or(DecimalError::OutOfRange)?;
    if power >= 0 {
        return value.checked_mul(factor).ok_or(DecimalError::OutOfRange);
    }
    let rest = value % factor;
    let noise = factor / 1_000_000;
    if excess == Excess::Refuse && rest > noise && factor - rest > noise {
        return Err(DecimalError::Fraction);
    }
    Ok(value / factor + i128::from(rest * 2 >= factor))
}

#[cfg(test)]
mod tests {
    use super::{DecimalError, Hours, Quantity, parse_integer};
    use crate::money::Cents;

    #[test]
    fn b1_integers_arrive_as_floats_and_texts() {
        for (text, value) in [
            ("8907", 8907),
            ("8907.0", 8907),
            ("0.0", 0),
            ("8.907e3", 8907),
            ("-20999", -20999),
            ("8907.0000001", 8907),
            ("8906.9999999", 8907),
        ] {
            assert_eq!(parse_integer(text), Ok(value), "{text}");
        }
        assert_eq!(parse_integer("12.5"), Err(DecimalError::Fraction));
        assert_eq!(parse_integer("NaN"), Err(DecimalError::NotANumber));
        assert_eq!(parse_integer(""), Err(DecimalError::NotANumber));
        assert_eq!(
            parse_integer("99999999999999999999"),
            Err(DecimalError::OutOfRange)
        );
    }

    #[test]
    fn decimals_read_and_write_exactly() {
        for (text, written) in [
            ("0.33", "0.33"),
            ("5.50", "5.5"),
            ("2", "2"),
            ("-0.25", "-0.25"),
            ("0.12345", "0.1235"),
        ] {
            assert_eq!(
                Quantity::parse(text).map(|q| q.to_string()),
                Ok(written.to_owned())
            );
        }
    }

    #[test]
    fn g1_extension_rounds_half_away_from_zero_once() {
        let quantity = |t: &str| Quantity::parse(t).unwrap();
        assert_eq!(quantity("4.5").extend(Cents(1089)), Cents(4901));
        assert_eq!(quantity("0.5").extend(Cents(1899)), Cents(950));
        assert_eq!(quantity("5.5").extend(Cents(985)), Cents(5418));
        assert_eq!(quantity("-0.5").extend(Cents(5)), Cents(-3));
        assert_eq!(
            Hours::parse("0.5").unwrap().extend(Cents(2975)),
            Cents(1488)
        );
    }
}
