//! A range of shop days as a caller asks for it, and the range it is compared with. Both ends are inclusive.

use crate::day::ShopDay;
use crate::period::Period;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp, ToSpan};
use thiserror::Error;

/// Days that a custom range may span (reference D.1.4).
pub const CUSTOM_DAYS_LIMIT: i32 = 400;

/// A range before it meets a shop's "today".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// One of the named ones.
    Named(Period),
    /// First and last day, checked by [`Range::custom`].
    Custom(ShopDay, ShopDay),
}

/// Why two days are no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RangeError {
    /// The last day lies before the first.
    #[error("the end lies before the start")]
    Backwards,
    /// More than [`CUSTOM_DAYS_LIMIT`] days.
    #[error("the range is longer than {CUSTOM_DAYS_LIMIT} days")]
    TooLong,
    /// Outside the years that a shop can have.
    #[error("the day lies outside the years 1900 to 2200")]
    OutsideCalendar,
}

impl Range {
    /// Two days as a range.
    ///
    /// # Errors
    /// [`RangeError`] when they are none.
    pub fn custom(from: ShopDay, to: ShopDay) -> Result<Self, RangeError> {
        if from.year() < 1900 || to.year() > 2200 {
            return Err(RangeError::OutsideCalendar);
        }
        if to < from {
            return Err(RangeError::Backwards);
        }
        if length(from, to) > CUSTOM_DAYS_LIMIT {
            return Err(RangeError::TooLong);
        }
        Ok(Self::Custom(from, to))
    }

    /// The name used in `range_type` and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named(period) => period.as_str(),
            Self::Custom(..) => "custom",
        }
    }

    /// First and last day where today is `today`.
    #[must_use]
    pub fn days(self, today: ShopDay) -> (ShopDay, ShopDay) {
        match self {
            Self::Named(period) => period.days(today),
            Self::Custom(from, to) => (from, to),
        }
    }
}

/// What a range is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The range before: the same days of last week, month or year for a range "to date", else as many days right before.
    PreviousPeriod,
    /// The same dates a year ago; 29 February becomes the 28th.
    PreviousYear,
    /// As many whole weeks back as clear the range: the same weekdays, so that Sundays meet Sundays.
    SameWeekdays,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::PreviousPeriod, Self::PreviousYear, Self::SameWeekdays];

    /// The name used in `compare` and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreviousPeriod => "previous_period",
            Self::PreviousYear => "previous_year",
            Self::SameWeekdays => "same_weekdays",
        }
    }

    /// First and last day of what `range` is compared with where today is `today`.
    #[must_use]
    pub fn days(self, range: Range, today: ShopDay) -> (ShopDay, ShopDay) {
        let (from, to) = range.days(today);
        let both = |span: Span| (from.saturating_sub(span), to.saturating_sub(span));
        match (self, range) {
            (Self::PreviousPeriod, Range::Named(Period::WeekToDate)) => both(1.week()),
            (Self::PreviousPeriod, Range::Named(Period::MonthToDate)) => both(1.month()),
            (Self::PreviousPeriod, Range::Named(Period::YearToDate)) | (Self::PreviousYear, _) => {
                both(1.year())
            }
            (Self::PreviousPeriod, _) => both(length(from, to).days()),
            (Self::SameWeekdays, _) => {
                let weeks = (length(from, to) + 6) / 7;
                both(weeks.weeks())
            }
        }
    }
}

/// Days of a range, both ends counted.
#[must_use]
pub fn length(from: ShopDay, to: ShopDay) -> i32 {
    (to - from).get_days() + 1
}

/// Every day that is "today" somewhere at this instant, earliest first.
///
/// A shop's zone is known to the database; whoever asks sends the ranges of all possible todays and lets the shop's
/// own choose, which saves the question for the zone and serves shops of many zones in one statement.
#[must_use]
pub fn possible_todays(now: Timestamp) -> Vec<Date> {
    let day_at = |hours: i8| {
        now.to_zoned(TimeZone::fixed(Offset::constant(hours)))
            .date()
    };
    // Zones reach from 12 hours behind UTC to 14 ahead of it.
    let mut days = vec![day_at(-12), day_at(0), day_at(14)];
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Range, RangeError, possible_todays};
    use crate::period::Period;
    use jiff::civil::date;

    fn compared(range: Range, comparison: Comparison) -> String {
        let (from, to) = comparison.days(range, date(2026, 7, 15));
        format!("{from} {to}")
    }

    #[test]
    fn ranges_to_date_are_compared_with_the_same_days_before() {
        let named = |period| compared(Range::Named(period), Comparison::PreviousPeriod);
        assert_eq!(named(Period::Today), "2026-07-14 2026-07-14");
        assert_eq!(named(Period::WeekToDate), "2026-07-06 2026-07-08");
        assert_eq!(named(Period::MonthToDate), "2026-06-01 2026-06-15");
        assert_eq!(named(Period::YearToDate), "2025-01-01 2025-07-15");
        assert_eq!(named(Period::Last7), "2026-07-02 2026-07-08");
        let (from, to) =
            Comparison::PreviousPeriod.days(Range::Named(Period::MonthToDate), date(2026, 3, 31));
        assert_eq!(format!("{from} {to}"), "2026-02-01 2026-02-28");
    }

    #[test]
    fn a_year_and_whole_weeks_back() {
        let last_30 = Range::Named(Period::Last30);
        assert_eq!(
            compared(last_30, Comparison::PreviousYear),
            "2025-06-16 2025-07-15"
        );
        assert_eq!(
            compared(last_30, Comparison::SameWeekdays),
            "2026-05-12 2026-06-10"
        );
        let leap = Range::custom(date(2028, 2, 29), date(2028, 2, 29)).unwrap();
        assert_eq!(
            compared(leap, Comparison::PreviousYear),
            "2027-02-28 2027-02-28"
        );
        assert_eq!(
            compared(leap, Comparison::SameWeekdays),
            "2028-02-22 2028-02-22"
        );
    }

    #[test]
    fn custom_ranges_are_checked() {
        let day = date(2026, 7, 15);
        assert_eq!(
            Range::custom(day, date(2026, 7, 14)),
            Err(RangeError::Backwards)
        );
        assert_eq!(
            Range::custom(day, date(2027, 8, 19)),
            Err(RangeError::TooLong)
        );
        assert!(Range::custom(day, date(2027, 8, 18)).is_ok());
        assert_eq!(
            Range::custom(date(1, 1, 1), day),
            Err(RangeError::OutsideCalendar)
        );
    }

    #[test]
    fn today_is_at_most_three_days() {
        let days = |instant: &str| -> Vec<String> {
            possible_todays(instant.parse().unwrap())
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(
            days("2026-07-15T11:00:00Z"),
            ["2026-07-14", "2026-07-15", "2026-07-16"]
        );
        assert_eq!(days("2026-07-15T12:30:00Z"), ["2026-07-15", "2026-07-16"]);
        assert_eq!(days("2026-07-15T09:00:00Z"), ["2026-07-14", "2026-07-15"]);
    }
}
