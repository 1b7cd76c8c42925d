//! What an hour of labour costs: assigned rate → shop average → shop default (reference D.3, contract 9–10).

use crate::day::ShopDay;
use crate::id::EmployeeId;
use crate::money::Cents;
use crate::ratio::div_round;
use crate::record::CostRate;
use jiff::ToSpan;
use std::collections::{BTreeSet, HashMap};

/// The cost of an hour where a shop has neither rates nor a default of its own, in cents.
pub const FALLBACK_HOURLY_COST: Cents = Cents(2500);

/// Where a labour line's cost rate came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateSource {
    /// The line's technician has a rate in force.
    Assigned,
    /// Mean of the active technicians' rates.
    ShopAverage,
    /// The shop's default.
    Default,
    /// The vendor says what the line cost; no rate was looked up.
    Stated,
}

impl RateSource {
    /// The word stored in `job_labor.rate_source`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::ShopAverage => "shop_avg",
            Self::Default => "default",
            Self::Stated => "stated",
        }
    }

    /// Which of the three counts of a job's labour lines it belongs to; a stated cost is the line's own.
    #[must_use]
    pub const fn counted_as(self) -> usize {
        match self {
            Self::Assigned | Self::Stated => 0,
            Self::ShopAverage => 1,
            Self::Default => 2,
        }
    }

    /// Reads the stored word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "assigned" => Some(Self::Assigned),
            "shop_avg" => Some(Self::ShopAverage),
            "default" => Some(Self::Default),
            "stated" => Some(Self::Stated),
            _ => None,
        }
    }
}

/// The rate a line was priced with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateUsed {
    /// Cost of one hour.
    pub hourly_cost: Cents,
    /// Where it came from.
    pub source: RateSource,
    /// The shop-local day it was looked up for.
    pub effective_on: ShopDay,
}

/// All rates of one shop, ready for look-ups by day.
#[derive(Clone, Debug)]
pub struct RateBook {
    /// Per employee, by first day.
    by_employee: HashMap<EmployeeId, Vec<CostRate>>,
    /// The average from a day on, until the next entry; by day.
    averages: Vec<(ShopDay, Option<Cents>)>,
    default: Cents,
}

impl RateBook {
    /// Builds the book. `averaged` are the employees whose rates make the shop average: role Technician, ACTIVE today.
    #[must_use]
    pub fn new(
        rates: &[CostRate],
        averaged: &BTreeSet<EmployeeId>,
        default: Option<Cents>,
    ) -> Self {
        let mut by_employee: HashMap<EmployeeId, Vec<CostRate>> = HashMap::new();
        for rate in rates {
            by_employee.entry(rate.employee_id).or_default().push(*rate);
        }
        for rates in by_employee.values_mut() {
            rates.sort_by_key(|r| r.effective_from);
        }
        let mut book = Self {
            by_employee,
            averages: Vec::new(),
            default: default.filter(|d| d.0 > 0).unwrap_or(FALLBACK_HOURLY_COST),
        };
        book.averages = book.steps(averaged);
        book
    }

    /// The rate of an hour on a shop-local day.
    #[must_use]
    pub fn resolve(&self, technician: Option<EmployeeId>, day: ShopDay) -> RateUsed {
        let assigned = technician.and_then(|t| self.assigned(t, day));
        let (hourly_cost, source) = match (assigned, self.average(day)) {
            (Some(rate), _) => (rate, RateSource::Assigned),
            (None, Some(average)) => (average, RateSource::ShopAverage),
            (None, None) => (self.default, RateSource::Default),
        };
        RateUsed {
            hourly_cost,
            source,
            effective_on: day,
        }
    }

    /// The employee's own rate in force; a rate that starts later ends the earlier one.
    #[must_use]
    pub fn assigned(&self, employee: EmployeeId, day: ShopDay) -> Option<Cents> {
        let rates = self.by_employee.get(&employee)?;
        let started = rates.partition_point(|r| r.effective_from <= day);
        let rate = rates[..started].last()?;
        let in_force = rate.effective_to.is_none_or(|last| day <= last);
        (in_force && rate.hourly_cost.0 > 0).then_some(rate.hourly_cost)
    }

    /// The shop average on a day.
    #[must_use]
    pub fn average(&self, day: ShopDay) -> Option<Cents> {
        let started = self.averages.partition_point(|(from, _)| *from <= day);
        self.averages[..started].last()?.1
    }

    /// The average changes only where a rate of an averaged employee begins or ends.
    fn steps(&self, averaged: &BTreeSet<EmployeeId>) -> Vec<(ShopDay, Option<Cents>)> {
        let mut days = BTreeSet::new();
        for rate in averaged
            .iter()
            .filter_map(|e| self.by_employee.get(e))
            .flatten()
        {
            days.insert(rate.effective_from);
            if let Some(next) = rate
                .effective_to
                .and_then(|last| last.checked_add(1.day()).ok())
            {
                days.insert(next);
            }
        }
        let mean = |day: ShopDay| {
            let rates: Vec<Cents> = averaged
                .iter()
                .filter_map(|e| self.assigned(*e, day))
                .collect();
            let sum: Cents = rates.iter().copied().sum();
            (!rates.is_empty()).then(|| Cents(div_round(i128::from(sum.0), rates.len() as i128)))
        };
        days.into_iter().map(|day| (day, mean(day))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{RateBook, RateSource};
    use crate::id::EmployeeId;
    use crate::money::Cents;
    use crate::record::CostRate;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    fn rate(employee: i64, from: (i16, i8, i8), to: Option<(i16, i8, i8)>, cents: i64) -> CostRate {
        let day = |(y, m, d): (i16, i8, i8)| date(y, m, d);
        CostRate {
            employee_id: EmployeeId(employee),
            effective_from: day(from),
            effective_to: to.map(day),
            hourly_cost: Cents(cents),
        }
    }

    fn g2_book() -> RateBook {
        let start = (2026, 1, 1);
        let rates = [
            rate(6101, start, None, 3350),
            rate(6102, start, None, 2975),
            rate(6103, start, None, 3120),
            rate(6104, start, None, 4000),
        ];
        let averaged: BTreeSet<_> = [6101, 6102, 6103].into_iter().map(EmployeeId).collect();
        RateBook::new(&rates, &averaged, None)
    }

    #[test]
    fn g2_chain_of_sources() {
        let book = g2_book();
        let on = date(2026, 7, 10);
        for (technician, cents, source) in [
            (Some(6101), 3350, RateSource::Assigned),
            (Some(6104), 4000, RateSource::Assigned),
            (Some(6999), 3148, RateSource::ShopAverage),
            (None, 3148, RateSource::ShopAverage),
        ] {
            let used = book.resolve(technician.map(EmployeeId), on);
            assert_eq!((used.hourly_cost, used.source), (Cents(cents), source));
        }
        let none = RateBook::new(&[], &BTreeSet::new(), Some(Cents(2800)));
        assert_eq!(none.resolve(None, on).hourly_cost, Cents(2800));
        assert_eq!(
            RateBook::new(&[], &BTreeSet::new(), None)
                .resolve(None, on)
                .hourly_cost,
            Cents(2500)
        );
    }

    #[test]
    fn contract_9_a_later_rate_ends_the_earlier_and_ends_are_inclusive() {
        let rates = [
            rate(1, (2026, 1, 1), None, 3000),
            rate(1, (2026, 3, 1), Some((2026, 3, 31)), 3500),
        ];
        let book = RateBook::new(&rates, &[EmployeeId(1)].into(), None);
        let own = |m, d| book.assigned(EmployeeId(1), date(2026, m, d));
        assert_eq!(own(2, 28), Some(Cents(3000)));
        assert_eq!(own(3, 1), Some(Cents(3500)));
        assert_eq!(own(3, 31), Some(Cents(3500)));
        assert_eq!(own(4, 1), None);
        assert_eq!(book.average(date(2025, 12, 31)), None);
        assert_eq!(book.average(date(2026, 3, 31)), Some(Cents(3500)));
        assert_eq!(book.average(date(2026, 4, 1)), None);
    }
}
