//! How far a goal should be by now, and where the period will end: by the shop's working days (decision F18).
//!
//! Figures are ten-thousandths of the metric's unit here, as targets are stored, so that cents, hours, percents and counts
//! go one way.

use crate::day::ShopDay;
use crate::decimal::SCALE;
use crate::metric::{Formula, Metric, Unit, Value};
use crate::ratio::div_round;
use jiff::ToSpan;

/// The working days of a goal's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// In the whole period (count).
    pub working_days: i64,
    /// Up to today, today counted (count).
    pub elapsed: i64,
}

impl Pace {
    /// The working days from the first to the last day, both counted, where today is `today`. `week_days` are the shop's,
    /// 1 is Monday; a period without any working day counts every day.
    #[must_use]
    pub fn of((from, to): (ShopDay, ShopDay), today: ShopDay, week_days: &[i16]) -> Self {
        let days: Vec<ShopDay> = from.series(1.day()).take_while(|day| *day <= to).collect();
        let works =
            |day: &&ShopDay| week_days.contains(&i16::from(day.weekday().to_monday_one_offset()));
        let has_working_day = days.iter().any(|day| works(&day));
        let count = |until: ShopDay| {
            let counted = days
                .iter()
                .filter(|day| **day <= until && (!has_working_day || works(day)));
            i64::try_from(counted.count()).unwrap_or(i64::MAX)
        };
        Self {
            working_days: count(to),
            elapsed: count(today),
        }
    }

    /// What a goal asks for by now: its share of the target by working days; a ratio's target is the same on every day.
    #[must_use]
    pub fn expected(&self, metric: &Metric, target: i64) -> i64 {
        match metric.formula {
            Formula::Sum(_) => share(metric.unit, target, (self.elapsed, self.working_days)),
            Formula::PercentOf(..) | Formula::AverageOf(..) => target,
        }
    }

    /// Where the period ends if the days to come are like those so far; a ratio stays what it is. None before the first
    /// working day.
    #[must_use]
    pub fn forecast(&self, metric: &Metric, actual: i64) -> Option<i64> {
        match metric.formula {
            Formula::Sum(_) => (self.elapsed > 0)
                .then(|| share(metric.unit, actual, (self.working_days, self.elapsed))),
            Formula::PercentOf(..) | Formula::AverageOf(..) => Some(actual),
        }
    }
}

/// `figure · part ÷ whole` in the steps that the unit is told in.
fn share(unit: Unit, figure: i64, (part, whole): (i64, i64)) -> i64 {
    let step = match unit {
        Unit::Cents | Unit::CentsPerHour | Unit::Count => SCALE,
        Unit::Percent => SCALE / 100,
        Unit::Hours => 1,
    };
    let steps = div_round(
        i128::from(figure) * i128::from(part),
        i128::from(whole.max(1)) * i128::from(step),
    );
    steps.saturating_mul(step)
}

impl Value {
    /// The figure in ten-thousandths of its unit, as targets are stored.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        match self {
            Self::Cents(whole) | Self::Count(whole) => whole.saturating_mul(SCALE),
            Self::Percent(percent) => percent.hundredths().saturating_mul(SCALE / 100),
            Self::Hours(ten_thousandths) => ten_thousandths,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::catalogue::find;
    use crate::metric::Value;
    use jiff::civil::date;

    const WEEKDAYS: [i16; 5] = [1, 2, 3, 4, 5];

    /// July 2026 has 23 working days; the 10th is a Friday, the 8th of them.
    fn july(today: i8) -> Pace {
        let month = (date(2026, 7, 1), date(2026, 7, 31));
        Pace::of(month, date(2026, 7, today), &WEEKDAYS)
    }

    #[test]
    fn working_days_are_the_shops_own() {
        let counts = |pace: Pace| (pace.elapsed, pace.working_days);
        assert_eq!(counts(july(10)), (8, 23));
        assert_eq!(counts(july(12)), (8, 23), "a weekend adds none");
        assert_eq!(counts(july(31)), (23, 23));
        let saturdays = Pace::of(
            (date(2026, 7, 1), date(2026, 7, 31)),
            date(2026, 7, 10),
            &[6],
        );
        assert_eq!(counts(saturdays), (1, 4));
        // A goal for one Sunday.
        let sunday = (date(2026, 7, 12), date(2026, 7, 12));
        assert_eq!(
            counts(Pace::of(sunday, date(2026, 7, 12), &WEEKDAYS)),
            (1, 1)
        );
        let next_month = (date(2026, 8, 1), date(2026, 8, 31));
        assert_eq!(
            Pace::of(next_month, date(2026, 7, 10), &WEEKDAYS).elapsed,
            0
        );
    }

    #[test]
    fn sums_run_up_and_ratios_stay() {
        let sales = find("net_sales").unwrap();
        let percent = find("gp_percent").unwrap();
        let cars = find("car_count").unwrap();
        // 230,000.00 in 23 days is 10,000.00 a day.
        assert_eq!(
            july(10).expected(sales, 23_000_000 * 10_000),
            8_000_000 * 10_000
        );
        let actual = Value::Cents(7_200_000).ten_thousandths();
        assert_eq!(
            july(10).forecast(sales, actual),
            Some(20_700_000 * 10_000),
            "900,000 a day"
        );
        assert_eq!(july(10).expected(percent, 525_000), 525_000);
        assert_eq!(july(10).forecast(percent, 501_200), Some(501_200));
        // 10 cars in 8 of 23 days: 28.75, told as a whole number.
        assert_eq!(july(10).forecast(cars, 10 * 10_000), Some(29 * 10_000));
        let before = Pace {
            working_days: 23,
            elapsed: 0,
        };
        assert_eq!(before.forecast(sales, 0), None);
        assert_eq!(before.expected(sales, 23_000_000 * 10_000), 0);
    }

    #[test]
    fn the_end_of_a_period_is_its_figure() {
        let sales = find("net_sales").unwrap();
        for actual in [1, 3, 999, 12_345_678] {
            let actual = actual * 10_000;
            assert_eq!(july(31).forecast(sales, actual), Some(actual));
            assert_eq!(july(31).expected(sales, actual), actual);
        }
    }
}
