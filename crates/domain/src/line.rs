//! The arithmetic of a line: extended revenue and cost, rounded once per line (reference D.2–D.4).

use crate::money::Cents;
use crate::rate::{RateSource, RateUsed};
use crate::record::{Labor, Part, Sublet};

/// What a part line comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartTotals {
    /// Quantity × retail.
    pub retail: Cents,
    /// Quantity × cost; zero where the vendor has no cost.
    pub cost: Cents,
    /// The vendor sent no cost, or zero.
    pub missing_cost: bool,
}

/// Extends a part line.
#[must_use]
pub fn part(line: &Part) -> PartTotals {
    let unit_cost = line.cost.unwrap_or_default();
    PartTotals {
        retail: line.quantity.extend(line.retail),
        cost: line.quantity.extend(unit_cost),
        missing_cost: unit_cost == Cents::ZERO,
    }
}

/// What a labour line comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaborTotals {
    /// Hours × retail rate.
    pub retail: Cents,
    /// Hours × cost rate.
    pub cost: Cents,
    /// The rate the cost came from.
    pub rate: RateUsed,
}

/// Extends a labour line with the rate found for it.
#[must_use]
pub fn labor(line: &Labor, rate: RateUsed) -> LaborTotals {
    if let Some(stated) = line.stated {
        return LaborTotals {
            retail: stated.retail,
            cost: stated.cost,
            rate: RateUsed {
                hourly_cost: line.hours.rate_of(stated.cost),
                source: RateSource::Stated,
                ..rate
            },
        };
    }
    LaborTotals {
        retail: line.hours.extend(line.rate),
        cost: line.hours.extend(rate.hourly_cost),
        rate,
    }
}

/// What a sublet comes to: its price, else its items' prices; its items' costs, else its cost (contract 12).
#[must_use]
pub fn sublet(line: &Sublet) -> (Cents, Cents) {
    let sum = |of: fn(&crate::record::SubletItem) -> Option<Cents>| {
        let known: Vec<Cents> = line.items.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.into_iter().sum::<Cents>())
    };
    let revenue = line.price.or_else(|| sum(|i| i.price)).unwrap_or_default();
    let cost = sum(|i| i.cost).or(line.cost).unwrap_or_default();
    (revenue, cost)
}
