//! Ranges of shop days relative to "today" in the shop's zone (reference D.1.4). Both ends are inclusive.

use crate::day::ShopDay;
use jiff::ToSpan;

/// A named range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Today.
    Today,
    /// The day before today.
    Yesterday,
    /// Monday to today.
    WeekToDate,
    /// Today and the six days before.
    Last7,
    /// First of the month to today.
    MonthToDate,
    /// Today and the 29 days before.
    Last30,
    /// First of January to today.
    YearToDate,
}

impl Period {
    /// The four columns of the summary, in order.
    pub const SUMMARY: [Self; 4] = [
        Self::Yesterday,
        Self::WeekToDate,
        Self::MonthToDate,
        Self::Last30,
    ];

    /// The name used in `range_type` and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::WeekToDate => "wtd",
            Self::Last7 => "last_7",
            Self::MonthToDate => "mtd",
            Self::Last30 => "last_30",
            Self::YearToDate => "ytd",
        }
    }

    /// The name a person reads.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Yesterday => "Yesterday",
            Self::WeekToDate => "Week to date",
            Self::Last7 => "Last 7 days",
            Self::MonthToDate => "Month to date",
            Self::Last30 => "Last 30 days",
            Self::YearToDate => "Year to date",
        }
    }

    /// First and last day, inclusive.
    #[must_use]
    pub fn days(self, today: ShopDay) -> (ShopDay, ShopDay) {
        let back = |days: i32| today.saturating_sub(days.days());
        match self {
            Self::Today => (today, today),
            Self::Yesterday => (back(1), back(1)),
            Self::WeekToDate => (
                back(i32::from(today.weekday().to_monday_zero_offset())),
                today,
            ),
            Self::Last7 => (back(6), today),
            Self::MonthToDate => (today.first_of_month(), today),
            Self::Last30 => (back(29), today),
            Self::YearToDate => (today.first_of_year(), today),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use jiff::civil::date;

    #[test]
    fn ranges_end_today_and_weeks_begin_on_monday() {
        let sunday = date(2026, 3, 1);
        let days = |p: Period| {
            let (from, to) = p.days(sunday);
            format!("{from} {to}")
        };
        assert_eq!(days(Period::WeekToDate), "2026-02-23 2026-03-01");
        assert_eq!(days(Period::MonthToDate), "2026-03-01 2026-03-01");
        assert_eq!(days(Period::Last30), "2026-01-31 2026-03-01");
        assert_eq!(days(Period::Yesterday), "2026-02-28 2026-02-28");
    }
}
