//! The rest of the metric catalogue: figures that the API gives beside the owner's ten.
//!
//! [`crate::metric::CATALOGUE`] is what the summary shows, in its order; these explain the other figures. The columns of
//! their formulas are those of `daily_shop_metrics`, except for work by sold day, which is `sold_daily_metrics`.

use crate::metric::{CATALOGUE, Formula, Metric, Tag, Unit};

/// Figures beside the owner's.
pub const FURTHER: &[Metric] = &[
    sum(
        "cost",
        "Cost",
        Tag::Authorized,
        "Cost of parts, labour and sublets of committed sales",
        "authorized_cost",
    ),
    sum(
        "gross_sales",
        "Gross Sales",
        Tag::Authorized,
        "Parts, labour and sublets before fees, discounts and tax",
        "gross_sales",
    ),
    sum(
        "labor_sales",
        "Labor",
        Tag::Authorized,
        "Labour of committed sales",
        "labor_revenue",
    ),
    sum(
        "parts_sales",
        "Parts",
        Tag::Authorized,
        "Parts of committed sales",
        "parts_revenue",
    ),
    sum(
        "sublet_sales",
        "Sublets",
        Tag::Authorized,
        "Sublets of committed sales",
        "sublet_revenue",
    ),
    sum(
        "fees",
        "Fees",
        Tag::Authorized,
        "Fees of jobs and orders; they cost nothing",
        "fees_total",
    ),
    sum(
        "discounts",
        "Discounts",
        Tag::Authorized,
        "Discounts of jobs and orders",
        "discount_total",
    ),
    sum(
        "tax",
        "Tax",
        Tag::Authorized,
        "Tax on committed sales; never part of them",
        "tax_total",
    ),
    Metric {
        name: "avg_ro_profit",
        label: "Avg Profit/RO",
        tag: Tag::Authorized,
        unit: Unit::Cents,
        definition: "Gross profit divided by car count",
        formula: Formula::AverageOf("authorized_profit", "ro_count"),
    },
    Metric {
        name: "labor_gp_percent",
        label: "Labor GP %",
        tag: Tag::Authorized,
        unit: Unit::Percent,
        definition: "Labour profit divided by labour",
        formula: Formula::PercentOf("labor_profit", "labor_revenue"),
    },
    Metric {
        name: "parts_gp_percent",
        label: "Parts GP %",
        tag: Tag::Authorized,
        unit: Unit::Percent,
        definition: "Parts profit divided by parts",
        formula: Formula::PercentOf("parts_profit", "parts_revenue"),
    },
    Metric {
        name: "job_count",
        label: "Jobs",
        tag: Tag::Authorized,
        unit: Unit::Count,
        definition: "Jobs the customers accepted",
        formula: Formula::Sum("authorized_job_count"),
    },
    sum(
        "pending",
        "Pending Authorization",
        Tag::Potential,
        "Work on the estimates that nobody has decided on",
        "pending_revenue",
    ),
    sum(
        "declined",
        "Declined",
        Tag::Potential,
        "Work on the estimates that the customers refused",
        "declined_revenue",
    ),
    Metric {
        name: "potential_job_count",
        label: "Jobs on Estimates",
        tag: Tag::Potential,
        unit: Unit::Count,
        definition: "Jobs on the estimates, accepted or not",
        formula: Formula::Sum("potential_job_count"),
    },
    Metric {
        name: "close_rate",
        label: "Close Rate",
        tag: Tag::Derived,
        unit: Unit::Percent,
        definition: "Committed sales divided by committed sales and declined work: decided work only",
        formula: Formula::PercentOf(
            "authorized_revenue",
            "authorized_revenue + declined_revenue",
        ),
    },
    sum(
        "work_sold",
        "Work Sold",
        Tag::Authorized,
        "Parts, labour and sublets by the day the customer accepted them, posted or not",
        "revenue",
    ),
    sum(
        "sold_profit",
        "Sold Profit",
        Tag::Authorized,
        "Work sold less its cost",
        "profit",
    ),
    Metric {
        name: "backlog",
        label: "Backlog",
        tag: Tag::Derived,
        unit: Unit::Cents,
        definition: "Work sold less committed sales posted in the same period; above zero a backlog builds",
        formula: Formula::Sum("revenue - authorized_revenue"),
    },
];

const fn sum(
    name: &'static str,
    label: &'static str,
    tag: Tag,
    definition: &'static str,
    column: &'static str,
) -> Metric {
    Metric {
        name,
        label,
        tag,
        unit: Unit::Cents,
        definition,
        formula: Formula::Sum(column),
    }
}

/// Every figure with its meaning: the owner's first, in their order.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    CATALOGUE.iter().chain(FURTHER)
}

/// The entry of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.name == name)
}

#[cfg(test)]
mod tests {
    use super::all;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_stands_for_one_figure() {
        let names: BTreeSet<&str> = all().map(|metric| metric.name).collect();
        assert_eq!(names.len(), all().count());
    }
}
