//! Goals beside what has come of them: what was reached, what the working days ask for by now, where the period ends.

use super::told::{PercentTold, percent};
use domain::metric::Metric;
use domain::pace::Pace;
use domain::{Quantity, catalogue};
use serde::Serialize;
use store::read::{ShopHeader, Sums};
use utoipa::ToSchema;

/// How a goal stands, in the metric's unit. Targets and what is held against them are decimal texts.
#[derive(Serialize, ToSchema)]
pub(super) struct PaceTold {
    /// Working days of the period (count).
    working_days: i64,
    /// Working days up to today, today counted (count).
    working_days_elapsed: i64,
    /// What was reached from the first day to today (decimal text in the unit); null without a base.
    actual: Option<String>,
    /// What the goal asks for by now (decimal text in the unit): its share by working days; a ratio's target itself.
    expected: String,
    /// Reached less asked for (decimal text in the unit).
    difference: Option<String>,
    /// DERIVED: where the period ends if its coming working days are like those so far (decimal text in the unit); null
    /// before the first.
    forecast: Option<String>,
    /// DERIVED: reached in percent of the target.
    #[schema(value_type = Option<f64>)]
    percent_of_target: Option<PercentTold>,
}

/// What is known of a subject in a period.
pub(super) struct Measured<'a> {
    /// Posted work.
    pub sums: &'a Sums,
    /// Sold work and its profit (cents).
    pub sold: (i64, i64),
}

/// A goal's period and target.
pub(super) struct Aim<'a> {
    /// Name in the catalogue.
    pub metric: &'a str,
    /// Decimal text in the metric's unit.
    pub target: &'a str,
    /// First and last day.
    pub days: (domain::ShopDay, domain::ShopDay),
}

/// What is measured of an advisor's posted orders.
const OF_ADVISORS: [&str; 16] = [
    "car_count",
    "net_sales",
    "gross_profit",
    "gp_percent",
    "gp_per_hour",
    "billed_hours",
    "aro",
    "effective_labor_rate",
    "cost",
    "labor_sales",
    "parts_sales",
    "sublet_sales",
    "fees",
    "discounts",
    "avg_ro_profit",
    "job_count",
];

/// What is measured of a technician's labour, for every role of the shop.
const OF_TECHNICIANS: [&str; 4] = [
    "billed_hours",
    "labor_sales",
    "effective_labor_rate",
    "job_count",
];

/// Whether a metric is measured of the shop, an advisor, a technician.
pub(super) fn is_measured(scope: &str, metric: &str) -> bool {
    match scope {
        "advisor" => OF_ADVISORS.contains(&metric),
        "technician" => OF_TECHNICIANS.contains(&metric),
        _ => catalogue::find(metric).is_some(),
    }
}

/// How a goal stands; none for a metric that nobody measures.
pub(super) fn pace(shop: &ShopHeader, aim: &Aim<'_>, measured: &Measured<'_>) -> Option<PaceTold> {
    let metric = catalogue::find(aim.metric)?;
    let target = Quantity::parse(aim.target).ok()?.ten_thousandths();
    let pace = Pace::of(aim.days, shop.today, &shop.week_days);
    let actual = measure(metric, measured);
    let expected = pace.expected(metric, target);
    Some(PaceTold {
        working_days: pace.working_days,
        working_days_elapsed: pace.elapsed,
        actual: actual.map(text),
        expected: text(expected),
        difference: actual.map(|actual| text(actual - expected)),
        forecast: actual
            .and_then(|actual| pace.forecast(metric, actual))
            .map(text),
        percent_of_target: actual.and_then(|actual| percent(actual, target)),
    })
}

/// A figure in ten-thousandths as a decimal text.
pub(super) fn text(figure: i64) -> String {
    Quantity::from_ten_thousandths(figure).to_string()
}

/// The metric's figure in ten-thousandths of its unit; none without a base.
pub(super) fn measure(metric: &Metric, measured: &Measured<'_>) -> Option<i64> {
    metric
        .evaluate(|name| column(measured, name).unwrap_or(0))
        .map(domain::metric::Value::ten_thousandths)
}

/// A column, or a sum or difference of columns, of the catalogue's formulas; hours in ten-thousandths.
fn column(measured: &Measured<'_>, name: &str) -> Option<i64> {
    let (sums, (sold, sold_profit)) = (measured.sums, measured.sold);
    Some(match name {
        "ro_count" => sums.ro_count,
        "authorized_revenue" => sums.net_sales,
        "authorized_cost" => sums.cost,
        "authorized_profit" => sums.profit,
        "gross_sales" => sums.gross_sales,
        "labor_revenue" => sums.labor,
        "labor_profit" => sums.labor - sums.labor_cost,
        "labor_hours" => sums.hours,
        "parts_revenue" => sums.parts,
        "parts_profit" => sums.parts - sums.parts_cost,
        "sublet_revenue" => sums.sublets,
        "fees_total" => sums.fees,
        "discount_total" => sums.discounts,
        "tax_total" => sums.tax,
        "potential_revenue" => sums.potential,
        "pending_revenue" => sums.pending,
        "declined_revenue" => sums.declined,
        "authorized_revenue + declined_revenue" => sums.net_sales + sums.declined,
        "authorized_job_count" => sums.authorized_jobs,
        "potential_job_count" => sums.potential_jobs,
        "revenue" => sold,
        "profit" => sold_profit,
        "revenue - authorized_revenue" => sold - sums.net_sales,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Measured, OF_ADVISORS, OF_TECHNICIANS, column};
    use domain::catalogue;
    use domain::metric::Formula;
    use store::read::Sums;

    #[test]
    fn every_formula_of_the_catalogue_can_be_measured() {
        let measured = Measured {
            sums: &Sums::default(),
            sold: (0, 0),
        };
        for metric in catalogue::all() {
            let columns = match metric.formula {
                Formula::Sum(one) => vec![one],
                Formula::PercentOf(n, d) | Formula::AverageOf(n, d) => vec![n, d],
            };
            for name in columns {
                assert!(column(&measured, name).is_some(), "{}: {name}", metric.name);
            }
        }
        for name in OF_ADVISORS.iter().chain(&OF_TECHNICIANS) {
            assert!(catalogue::find(name).is_some(), "{name}");
        }
    }
}
