//! The metric catalogue: name, label, tag, unit, definition, and how a period's figure is made from sums.
//!
//! SQL comments, command-line headings, API and screen take their words from here. A ratio is never stored
//! for a period: it is computed from the sums of the period's days.

use crate::ratio::{Percent, average};

/// Which reality a figure belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Work the customer accepted.
    Authorized,
    /// All work on the estimates, accepted or not.
    Potential,
    /// A declared rate across the two.
    Derived,
}

impl Tag {
    /// The word shown beside a figure.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorized => "AUTHORIZED",
            Self::Potential => "POTENTIAL",
            Self::Derived => "DERIVED",
        }
    }
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Cents of the shop's currency.
    Cents,
    /// Cents per billed hour.
    CentsPerHour,
    /// Percent, 0–100.
    Percent,
    /// Hours.
    Hours,
    /// A number of things.
    Count,
}

impl Unit {
    /// The word in comments and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cents => "cents",
            Self::CentsPerHour => "cents per hour",
            Self::Percent => "percent 0-100",
            Self::Hours => "hours",
            Self::Count => "count",
        }
    }
}

/// How a period's figure is made from columns of `daily_shop_metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Sum of a column over the days.
    Sum(&'static str),
    /// 100 × sum of the first ÷ sum of the second.
    PercentOf(&'static str, &'static str),
    /// Sum of the first ÷ sum of the second, rounded to whole units.
    AverageOf(&'static str, &'static str),
}

/// One entry of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Stable name, the key in JSON.
    pub name: &'static str,
    /// Heading.
    pub label: &'static str,
    /// Basis.
    pub tag: Tag,
    /// Unit.
    pub unit: Unit,
    /// What it means, one sentence.
    pub definition: &'static str,
    /// How it is made.
    pub formula: Formula,
}

/// The owner's figures, in the order he wants them.
pub const CATALOGUE: &[Metric] = &[
    Metric {
        name: "car_count",
        label: "Car Count",
        tag: Tag::Authorized,
        unit: Unit::Count,
        definition: "Repair orders posted in the period, by shop-local posted date",
        formula: Formula::Sum("ro_count"),
    },
    Metric {
        name: "net_sales",
        label: "Committed Sales",
        tag: Tag::Authorized,
        unit: Unit::Cents,
        definition: "Authorized parts, labour, sublets and fees less discounts of posted repair orders, before tax",
        formula: Formula::Sum("authorized_revenue"),
    },
    Metric {
        name: "gross_profit",
        label: "Gross Profit",
        tag: Tag::Authorized,
        unit: Unit::Cents,
        definition: "Committed sales less the cost of parts, labour and sublets",
        formula: Formula::Sum("authorized_profit"),
    },
    Metric {
        name: "gp_percent",
        label: "GP %",
        tag: Tag::Authorized,
        unit: Unit::Percent,
        definition: "Gross profit divided by committed sales of the whole period",
        formula: Formula::PercentOf("authorized_profit", "authorized_revenue"),
    },
    Metric {
        name: "gp_per_hour",
        label: "GP $/Hour",
        tag: Tag::Authorized,
        unit: Unit::CentsPerHour,
        definition: "Gross profit divided by billed hours",
        formula: Formula::AverageOf("authorized_profit", "labor_hours"),
    },
    Metric {
        name: "billed_hours",
        label: "Billed Hours",
        tag: Tag::Authorized,
        unit: Unit::Hours,
        definition: "Hours on authorized labour lines of posted repair orders",
        formula: Formula::Sum("labor_hours"),
    },
    Metric {
        name: "aro",
        label: "ARO",
        tag: Tag::Authorized,
        unit: Unit::Cents,
        definition: "Average repair order: committed sales divided by car count",
        formula: Formula::AverageOf("authorized_revenue", "ro_count"),
    },
    Metric {
        name: "effective_labor_rate",
        label: "Effective Labor Rate",
        tag: Tag::Authorized,
        unit: Unit::CentsPerHour,
        definition: "Labour revenue divided by billed hours",
        formula: Formula::AverageOf("labor_revenue", "labor_hours"),
    },
    Metric {
        name: "potential_sales",
        label: "Potential Sales",
        tag: Tag::Potential,
        unit: Unit::Cents,
        definition: "Everything on the estimates of posted repair orders, accepted or not, before tax",
        formula: Formula::Sum("potential_revenue"),
    },
    Metric {
        name: "authorization_rate",
        label: "Auth Rate",
        tag: Tag::Derived,
        unit: Unit::Percent,
        definition: "Committed sales divided by potential sales",
        formula: Formula::PercentOf("authorized_revenue", "potential_revenue"),
    },
];

/// The columns of `daily_shop_metrics` the catalogue reads, each once, in first use.
#[must_use]
pub fn source_columns() -> Vec<&'static str> {
    let mut columns = Vec::new();
    for metric in CATALOGUE {
        let pair = match metric.formula {
            Formula::Sum(a) => [Some(a), None],
            Formula::PercentOf(a, b) | Formula::AverageOf(a, b) => [Some(a), Some(b)],
        };
        for column in pair.into_iter().flatten() {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// A period's value. Hours and percents are scaled integers so that no float touches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Cents, or cents per hour.
    Cents(i64),
    /// Hundredths of a percentage point.
    Percent(Percent),
    /// Ten-thousandths of an hour.
    Hours(i64),
    /// A count.
    Count(i64),
}

impl Metric {
    /// The period's figure from the period's column sums (hours in ten-thousandths); `None` where the base is zero.
    pub fn evaluate(&self, sum_of: impl Fn(&str) -> i64) -> Option<Value> {
        match (self.formula, self.unit) {
            (Formula::Sum(column), Unit::Hours) => Some(Value::Hours(sum_of(column))),
            (Formula::Sum(column), Unit::Count) => Some(Value::Count(sum_of(column))),
            (Formula::Sum(column), Unit::Cents | Unit::CentsPerHour | Unit::Percent) => {
                Some(Value::Cents(sum_of(column)))
            }
            (Formula::PercentOf(n, d), _) => Percent::of(sum_of(n), sum_of(d)).map(Value::Percent),
            (Formula::AverageOf(n, d), Unit::CentsPerHour) => {
                // Hours come in ten-thousandths: scale the numerator alike.
                let hours = sum_of(d);
                let scaled = i128::from(sum_of(n)) * i128::from(crate::decimal::SCALE);
                (hours > 0)
                    .then(|| Value::Cents(crate::ratio::div_round(scaled, i128::from(hours))))
            }
            (Formula::AverageOf(n, d), _) => average(sum_of(n), sum_of(d)).map(Value::Cents),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CATALOGUE, Value};
    use crate::ratio::Percent;

    fn g6(column: &str) -> i64 {
        match column {
            "ro_count" => 3,
            "authorized_revenue" => 150_000,
            "authorized_profit" => 78_750,
            "labor_revenue" => 74_250,
            "labor_hours" => 60_000,
            "potential_revenue" => 192_000,
            _ => 0,
        }
    }

    #[test]
    fn g6_ratios_come_from_sums() {
        let value = |name: &str| {
            CATALOGUE
                .iter()
                .find(|m| m.name == name)
                .and_then(|m| m.evaluate(g6))
        };
        assert_eq!(
            value("gp_percent"),
            Percent::of(5250, 10_000).map(Value::Percent)
        );
        assert_eq!(value("gp_per_hour"), Some(Value::Cents(13_125)));
        assert_eq!(value("effective_labor_rate"), Some(Value::Cents(12_375)));
        assert_eq!(value("aro"), Some(Value::Cents(50_000)));
        assert_eq!(
            value("authorization_rate"),
            Percent::of(7813, 10_000).map(Value::Percent)
        );
    }
}
