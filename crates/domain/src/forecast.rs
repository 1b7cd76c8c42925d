//! A straight line through a series by least squares (reference D.14), in whole numbers until it is told.

use crate::ratio::div_round;

/// Shorter series have no line.
pub const LEAST_POINTS: usize = 7;

/// The line through a series whose points stand at 0, 1, 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    points: i128,
    sum_x: i128,
    sum_y: i128,
    /// Slope = `rise / run`.
    rise: i128,
    run: i128,
    /// `n·Σy² − (Σy)²`.
    spread: i128,
}

/// How well a line describes its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// R² of at least 0.7.
    High,
    /// R² of at least 0.4.
    Medium,
    /// Anything less.
    Low,
}

impl Confidence {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl Line {
    /// The line through whole figures, such as cents or hundredths of a percent; none below [`LEAST_POINTS`].
    #[must_use]
    pub fn through(series: &[i64]) -> Option<Self> {
        if series.len() < LEAST_POINTS {
            return None;
        }
        let (mut sum_x, mut sum_y, mut sum_xx, mut sum_xy, mut sum_yy) = (0, 0, 0, 0, 0);
        for (x, y) in (0_i128..).zip(series.iter().map(|y| i128::from(*y))) {
            sum_x += x;
            sum_y += y;
            sum_xx += x * x;
            sum_xy += x * y;
            sum_yy += y * y;
        }
        let points = i128::try_from(series.len()).ok()?;
        Some(Self {
            points,
            sum_x,
            sum_y,
            rise: points * sum_xy - sum_x * sum_y,
            run: points * sum_xx - sum_x * sum_x,
            spread: points * sum_yy - sum_y * sum_y,
        })
    }

    /// Change from one point to the next, times `factor`.
    #[must_use]
    pub fn slope(&self, factor: i64) -> i64 {
        div_round(self.rise * i128::from(factor), self.run)
    }

    /// The line at point 0, times `factor`.
    #[must_use]
    pub fn intercept(&self, factor: i64) -> i64 {
        let numerator = self.sum_y * self.run - self.rise * self.sum_x;
        div_round(numerator * i128::from(factor), self.points * self.run)
    }

    /// The line at a point, in the figures' own unit.
    #[must_use]
    pub fn at(&self, point: i64) -> i64 {
        let numerator = self.sum_y * self.run - self.rise * self.sum_x
            + self.rise * i128::from(point) * self.points;
        div_round(numerator, self.points * self.run)
    }

    /// Share of the series' spread that the line explains, in ten-thousandths; 0 for a series without any.
    #[must_use]
    pub fn r_squared(&self) -> i64 {
        if self.spread == 0 {
            return 0;
        }
        // For 400 points of up to ten million a day in cents the product stays below 2¹²⁷.
        let explained = self
            .rise
            .checked_mul(self.rise)
            .and_then(|square| square.checked_mul(10_000))
            .unwrap_or(i128::MAX / 4);
        div_round(explained, self.run * self.spread).clamp(0, 10_000)
    }

    /// How well the line describes the series.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        match self.r_squared() {
            7_000.. => Confidence::High,
            4_000.. => Confidence::Medium,
            _ => Confidence::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Line};

    #[test]
    fn g14_is_the_reference_line() {
        let series = [5_200, 5_310, 5_140, 5_420, 5_400, 5_530, 5_490];
        let line = Line::through(&series).unwrap();
        // Hundredths of a point times 100 are ten-thousandths.
        assert_eq!(line.slope(100), 5_607);
        assert_eq!(line.intercept(100), 518_750);
        assert_eq!(line.r_squared(), 6_911);
        assert_eq!(line.confidence(), Confidence::Medium);
        assert_eq!([7, 8, 9].map(|point| line.at(point)), [5_580, 5_636, 5_692]);
    }

    #[test]
    fn short_and_flat_series() {
        assert_eq!(Line::through(&[1, 2, 3, 4, 5, 6]), None);
        let flat = Line::through(&[300; 14]).unwrap();
        assert_eq!((flat.slope(1), flat.r_squared(), flat.at(20)), (0, 0, 300));
        assert_eq!(flat.confidence(), Confidence::Low);
        let rising: Vec<i64> = (0..90).map(|day| 1_000 + 250 * day).collect();
        let line = Line::through(&rising).unwrap();
        assert_eq!((line.slope(1), line.r_squared()), (250, 10_000));
        assert_eq!(line.at(90), 1_000 + 250 * 90);
    }

    #[test]
    fn large_money_does_not_overflow() {
        let series: Vec<i64> = (0..90)
            .map(|day| if day % 2 == 0 { 0 } else { 1_000_000_000 })
            .collect();
        let line = Line::through(&series).unwrap();
        assert!(line.r_squared() < 100);
        assert!((0..=1_000_000_000).contains(&line.at(120)));
    }
}
