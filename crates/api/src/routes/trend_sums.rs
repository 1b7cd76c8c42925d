//! Trends as sums of days: weeks, months, windows, weekdays, best and worst days. Every ratio comes from the sums of its
//! bucket; nothing is averaged twice.

use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::read::Sums;
use store::read::figures::Day;

/// Days of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Its sums.
    pub sums: Sums,
}

/// Sums by the first day of each bucket; buckets without a day have sums of zero.
fn buckets(days: &[Day], starts: impl Iterator<Item = (Date, Date)>) -> Vec<Bucket> {
    let mut all: Vec<Bucket> = starts
        .map(|(from, to)| Bucket {
            from,
            to,
            sums: Sums::default(),
        })
        .collect();
    for day in days {
        let at = all.partition_point(|bucket| bucket.to < day.day);
        if let Some(bucket) = all.get_mut(at).filter(|bucket| bucket.from <= day.day) {
            bucket.sums.add(&day.sums);
        }
    }
    all
}

/// The last `count` weeks, Monday to Sunday, the one of `today` last and cut at it.
pub(super) fn weeks(days: &[Day], today: Date, count: i32) -> Vec<Bucket> {
    let monday = first_of_week(today);
    let starts = (0..count).rev().map(|back| {
        let from = monday.saturating_sub((back * 7).days());
        (from, from.saturating_add(6.days()).min(today))
    });
    buckets(days, starts)
}

/// The last `count` months, the one of `today` last and cut at it.
pub(super) fn months(days: &[Day], today: Date, count: i32) -> Vec<Bucket> {
    let first = today.first_of_month();
    let starts = (0..count).rev().map(|back| {
        let from = first.saturating_sub(back.months());
        (from, from.last_of_month().min(today))
    });
    buckets(days, starts)
}

pub(super) fn first_of_week(day: Date) -> Date {
    day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
}

/// For every day with data: the sums of the last `width` days with data; none for the first `width - 1`.
pub(super) fn rolling(days: &[Day], width: usize) -> Vec<Option<Sums>> {
    (0..days.len())
        .map(|at| {
            let from = (at + 1).checked_sub(width)?;
            let mut sums = Sums::default();
            for day in &days[from..=at] {
                sums.add(&day.sums);
            }
            Some(sums)
        })
        .collect()
}

/// The days by weekday, 1 is Monday.
pub(super) fn by_weekday(days: &[Day]) -> BTreeMap<i8, Vec<&Day>> {
    let mut weekdays: BTreeMap<i8, Vec<&Day>> = BTreeMap::new();
    for day in days {
        weekdays
            .entry(day.day.weekday().to_monday_one_offset())
            .or_default()
            .push(day);
    }
    weekdays
}

#[cfg(test)]
mod tests {
    use super::{by_weekday, months, rolling, weeks};
    use jiff::ToSpan;
    use jiff::civil::date;
    use store::read::Sums;
    use store::read::figures::Day;

    fn days() -> Vec<Day> {
        // Wednesday 1 July to Wednesday 15 July, without the 5th and the 12th.
        (0..15)
            .map(|n| (n, date(2026, 7, 1) + n.days()))
            .filter(|(_, day)| ![5, 12].contains(&day.day()))
            .map(|(n, day)| Day {
                day,
                sums: Sums {
                    days_with_data: 1,
                    net_sales: i64::from(n) + 1,
                    ..Sums::default()
                },
            })
            .collect()
    }

    #[test]
    fn weeks_begin_on_monday_and_keep_the_sum() {
        let weeks = weeks(&days(), date(2026, 7, 15), 3);
        let told: Vec<(String, String, i64)> = weeks
            .iter()
            .map(|w| (w.from.to_string(), w.to.to_string(), w.sums.net_sales))
            .collect();
        assert_eq!(
            told,
            [
                ("2026-06-29".into(), "2026-07-05".into(), 1 + 2 + 3 + 4),
                (
                    "2026-07-06".into(),
                    "2026-07-12".into(),
                    6 + 7 + 8 + 9 + 10 + 11
                ),
                ("2026-07-13".into(), "2026-07-15".into(), 13 + 14 + 15),
            ]
        );
        let months = months(&days(), date(2026, 7, 15), 2);
        assert_eq!(months[0].sums, Sums::default());
        assert_eq!(
            months[1].sums.net_sales,
            days().iter().map(|d| d.sums.net_sales).sum::<i64>()
        );
    }

    #[test]
    fn windows_count_days_with_data() {
        let windows = rolling(&days(), 3);
        assert_eq!(windows[1], None);
        assert_eq!(windows[2].map(|s| s.net_sales), Some(6));
        // The 5th has no data: 3, 4 and 6 July.
        assert_eq!(windows[4].map(|s| s.net_sales), Some(3 + 4 + 6));
    }

    #[test]
    fn weekdays_hold_every_day_once() {
        let all = days();
        let by = by_weekday(&all);
        assert_eq!(by.values().map(Vec::len).sum::<usize>(), all.len());
        assert_eq!(by[&3].len(), 3, "three Wednesdays");
        assert!(!by.contains_key(&7));
    }
}
