//! Exact arithmetic of the oracle: decimals and fractions over `i128`, rounding half away from zero.
//!
//! Written apart from `domain` on purpose: two implementations that agree are evidence, one that is
//! called twice is not.

/// Scale of hours, quantities and stored percentages: four decimals.
pub const FOUR_DECIMALS: i128 = 10_000;

/// Longest decimal text the oracle reads; longer ones are refused rather than rounded.
const MAX_DIGITS: usize = 30;

/// An exact decimal number: `units / 10^scale`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    /// Reads `[-+]digits[.digits][e[-+]digits]`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, body) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let digits = format!("{whole}{fraction}");
        let well_formed = !digits.is_empty()
            && digits.len() <= MAX_DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !well_formed {
            return None;
        }
        let units: i128 = digits.parse().ok()?;
        let signed = if negative { -units } else { units };
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        Self::with_scale(signed, scale)
    }

    fn with_scale(units: i128, scale: i32) -> Option<Self> {
        match u32::try_from(scale) {
            Ok(scale) if scale <= 30 => Some(Self { units, scale }),
            // 1e-400 and its like: no vendor figure is that small.
            Ok(_) => None,
            Err(_) => {
                let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
                Some(Self {
                    units: units.checked_mul(factor)?,
                    scale: 0,
                })
            }
        }
    }

    /// The value in ten-thousandths, rounded half away from zero; `None` when it does not fit.
    pub fn ten_thousandths(self) -> Option<i64> {
        let scaled = self.units.checked_mul(FOUR_DECIMALS)?;
        i64::try_from(round_wide(scaled, self.denominator())).ok()
    }

    /// The value as an integer when it is one up to a noise of one millionth, else `None`.
    pub fn integer(self) -> Option<i64> {
        let nearest = round_wide(self.units, self.denominator());
        let distance = self
            .units
            .checked_sub(nearest.checked_mul(self.denominator())?)?;
        let is_integer = distance.abs().checked_mul(1_000_000)? <= self.denominator();
        if is_integer {
            i64::try_from(nearest).ok()
        } else {
            None
        }
    }

    /// `R(self × amount)`.
    pub fn times(self, amount: i64) -> i64 {
        round_ratio(self.units * i128::from(amount), self.denominator())
    }

    /// A hundredth of the value: the factor of a percentage.
    pub fn hundredth(self) -> Self {
        Self {
            units: self.units,
            scale: self.scale + 2,
        }
    }

    /// Whether the value is above zero.
    pub fn is_positive(self) -> bool {
        self.units > 0
    }

    fn denominator(self) -> i128 {
        10_i128.pow(self.scale)
    }
}

fn round_wide(numerator: i128, denominator: i128) -> i128 {
    assert!(denominator > 0, "rounding needs a positive denominator");
    let magnitude = (2 * numerator.abs() + denominator) / (2 * denominator);
    magnitude * numerator.signum()
}

/// `R(numerator / denominator)`: nearest integer, half away from zero; the denominator is positive.
///
/// # Panics
/// When the denominator is not positive or the result leaves the range of 64 bits.
pub fn round_ratio(numerator: i128, denominator: i128) -> i64 {
    i64::try_from(round_wide(numerator, denominator)).expect("a rounded figure fits 64 bits")
}

/// `R(ten_thousandths / 10000 × amount)`: a quantity or hours times cents.
pub fn extend(ten_thousandths: i64, amount: i64) -> i64 {
    round_ratio(
        i128::from(ten_thousandths) * i128::from(amount),
        FOUR_DECIMALS,
    )
}

/// An average in cents, `None` where there is nothing to divide by.
pub fn average(sum: i64, count: i64) -> Option<i64> {
    (count > 0).then(|| round_ratio(i128::from(sum), i128::from(count)))
}

/// Cents per hour from cents and ten-thousandths of an hour, `None` without hours.
pub fn per_hour(cents: i64, hours: i64) -> Option<i64> {
    (hours > 0).then(|| round_ratio(i128::from(cents) * FOUR_DECIMALS, i128::from(hours)))
}

/// `numerator` in percent of `base` in ten-thousandths of a percent point; `None` for a base ≤ 0.
pub fn percent(numerator: i64, base: i64) -> Option<i64> {
    scaled_percent(numerator, base, FOUR_DECIMALS)
}

/// `P(numerator, base)` in hundredths of a percent point, rounded once; `None` for a base ≤ 0.
pub fn percent_2(numerator: i64, base: i64) -> Option<i64> {
    scaled_percent(numerator, base, 100)
}

/// A stored percentage (four decimals) as the API shows it, in hundredths of a percent point.
pub fn percent_to_2(stored: i64) -> i64 {
    round_ratio(i128::from(stored), 100)
}

fn scaled_percent(numerator: i64, base: i64, scale: i128) -> Option<i64> {
    let whole = i128::from(numerator) * 100 * scale;
    (base > 0).then(|| round_ratio(whole, i128::from(base)))
}

/// Splits `amount` over `bases` by largest remainder, ties in the given order; `None` for a sum of 0.
///
/// Shares add up to `amount` exactly. Bases and amount are expected not to be negative.
pub fn split_by_largest_remainder(amount: i64, bases: &[i64]) -> Option<Vec<i64>> {
    let total: i128 = bases.iter().copied().map(i128::from).sum();
    if total <= 0 {
        return None;
    }
    let products: Vec<i128> = bases
        .iter()
        .map(|base| i128::from(*base) * i128::from(amount))
        .collect();
    let mut shares: Vec<i128> = products
        .iter()
        .map(|product| product.div_euclid(total))
        .collect();
    let handed_out: i128 = shares.iter().sum();
    let left_over = usize::try_from(i128::from(amount) - handed_out).ok()?;
    let mut order: Vec<usize> = (0..bases.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(products[*index].rem_euclid(total)));
    for index in order.into_iter().take(left_over) {
        shares[index] += 1;
    }
    shares
        .into_iter()
        .map(|share| i64::try_from(share).ok())
        .collect()
}
