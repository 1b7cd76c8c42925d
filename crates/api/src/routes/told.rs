//! Figures as the API tells them: grouped by their basis, amounts in cents, percents with two decimals, hours as decimal
//! texts. A ratio of a period is made here, from its sums, and nowhere averaged.

use domain::Hours;
use domain::decimal::SCALE;
use domain::ratio::{Percent, average, div_round};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use store::read::Sums;
use utoipa::ToSchema;

/// A percentage as a JSON number with two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PercentTold(Percent);

impl Serialize for PercentTold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits =
            RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        digits.serialize(serializer)
    }
}

/// `part` in percent of `whole`; none where the whole is not above zero.
pub(super) fn percent(part: i64, whole: i64) -> Option<PercentTold> {
    Percent::of(part, whole).map(PercentTold)
}

/// A percentage from its hundredths, as a JSON number with two decimals.
pub(super) fn percent_of_hundredths(hundredths: i64) -> Option<Box<RawValue>> {
    let told = Percent::of(hundredths, 10_000)?;
    RawValue::from_string(told.to_string()).ok()
}

/// A difference of two percentages in points; none where one of them is missing.
pub(super) fn points(now: Option<PercentTold>, before: Option<PercentTold>) -> Option<PercentTold> {
    let difference = now?.0.hundredths() - before?.0.hundredths();
    // One hundredth of ten thousand is one hundredth of a point.
    Percent::of(difference, 10_000).map(PercentTold)
}

/// Cents per billed hour; none without hours. Hours in ten-thousandths.
pub(super) fn per_hour(cents: i64, hours: i64) -> Option<i64> {
    (hours > 0).then(|| div_round(i128::from(cents) * i128::from(SCALE), i128::from(hours)))
}

/// Hours as a decimal text. In ten-thousandths.
pub(super) fn hours(ten_thousandths: i64) -> String {
    Hours::from_ten_thousandths(ten_thousandths).to_string()
}

/// A list that the database has built as JSON in the shape of `T`.
pub(super) fn built(json: String) -> Box<RawValue> {
    RawValue::from_string(json).unwrap_or_else(|error| {
        tracing::error!(%error, "the database built a list that is no JSON");
        RawValue::NULL.to_owned()
    })
}

/// Figures of a day or a period, by their basis.
#[derive(Serialize, ToSchema)]
pub(super) struct Figures {
    /// AUTHORIZED: work the customers accepted, on posted orders.
    pub authorized: Authorized,
    /// POTENTIAL: everything on the estimates of the same orders, accepted or not.
    pub potential: Potential,
    /// DERIVED: declared rates across the two.
    pub derived: Derived,
}

/// AUTHORIZED figures.
#[derive(Serialize, ToSchema)]
pub(super) struct Authorized {
    /// Posted orders (count).
    pub car_count: i64,
    /// Committed sales before tax (cents).
    pub net_sales_cents: i64,
    /// Committed sales less cost (cents).
    pub gross_profit_cents: i64,
    /// Gross profit in percent of committed sales; null where these are not above zero.
    #[schema(value_type = Option<f64>)]
    pub gp_percent: Option<PercentTold>,
    /// Gross profit per billed hour (cents); null without hours.
    pub gp_per_hour_cents: Option<i64>,
    /// Billed hours (decimal text).
    pub billed_hours: String,
    /// Committed sales per order (cents); null without orders.
    pub aro_cents: Option<i64>,
    /// Labour per billed hour (cents); null without hours.
    pub effective_labor_rate_cents: Option<i64>,
    /// Gross profit per order (cents); null without orders.
    pub avg_ro_profit_cents: Option<i64>,
    /// Cost of parts, labour and sublets (cents).
    pub cost_cents: i64,
    /// Parts, labour and sublets before fees, discounts, tax (cents).
    pub gross_sales_cents: i64,
    /// Fees of jobs and orders (cents).
    pub fees_cents: i64,
    /// Discounts of jobs and orders (cents).
    pub discounts_cents: i64,
    /// Tax, never part of sales (cents).
    pub tax_cents: i64,
    /// Accepted jobs (count).
    pub job_count: i64,
    /// Labour.
    pub labor: Category,
    /// Parts.
    pub parts: Category,
    /// Sublets.
    pub sublets: Category,
}

/// One category of AUTHORIZED sales.
#[derive(Serialize, ToSchema)]
pub(super) struct Category {
    /// Sales (cents).
    sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Sales less cost (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of sales; null where these are not above zero.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
}

impl Category {
    pub(super) fn new(sales: i64, cost: i64) -> Self {
        Self {
            sales_cents: sales,
            cost_cents: cost,
            gross_profit_cents: sales - cost,
            gp_percent: percent(sales - cost, sales),
        }
    }
}

/// POTENTIAL figures.
#[derive(Serialize, ToSchema)]
pub(super) struct Potential {
    /// Everything on the estimates before tax (cents).
    pub potential_sales_cents: i64,
    /// Work not decided yet (cents).
    pub pending_cents: i64,
    /// Work refused (cents).
    pub declined_cents: i64,
    /// Jobs on the estimates (count).
    pub potential_job_count: i64,
    /// Jobs not decided yet (count).
    pub pending_job_count: i64,
    /// Jobs refused (count).
    pub declined_job_count: i64,
}

/// DERIVED figures.
#[derive(Serialize, ToSchema)]
pub(super) struct Derived {
    /// Committed sales in percent of potential sales.
    #[schema(value_type = Option<f64>)]
    pub authorization_rate: Option<PercentTold>,
    /// Committed sales in percent of committed sales and declined work.
    #[schema(value_type = Option<f64>)]
    pub close_rate: Option<PercentTold>,
}

impl From<&Sums> for Figures {
    fn from(sums: &Sums) -> Self {
        Self {
            authorized: Authorized {
                car_count: sums.ro_count,
                net_sales_cents: sums.net_sales,
                gross_profit_cents: sums.profit,
                gp_percent: percent(sums.profit, sums.net_sales),
                gp_per_hour_cents: per_hour(sums.profit, sums.hours),
                billed_hours: hours(sums.hours),
                aro_cents: average(sums.net_sales, sums.ro_count),
                effective_labor_rate_cents: per_hour(sums.labor, sums.hours),
                avg_ro_profit_cents: average(sums.profit, sums.ro_count),
                cost_cents: sums.cost,
                gross_sales_cents: sums.gross_sales,
                fees_cents: sums.fees,
                discounts_cents: sums.discounts,
                tax_cents: sums.tax,
                job_count: sums.authorized_jobs,
                labor: Category::new(sums.labor, sums.labor_cost),
                parts: Category::new(sums.parts, sums.parts_cost),
                sublets: Category::new(sums.sublets, sums.sublet_cost),
            },
            potential: Potential {
                potential_sales_cents: sums.potential,
                pending_cents: sums.pending,
                declined_cents: sums.declined,
                potential_job_count: sums.potential_jobs,
                pending_job_count: sums.pending_jobs,
                declined_job_count: sums.declined_jobs,
            },
            derived: Derived {
                authorization_rate: percent(sums.net_sales, sums.potential),
                close_rate: percent(sums.net_sales, sums.net_sales + sums.declined),
            },
        }
    }
}

/// The sum of a column of `daily_shop_metrics`, for the catalogue's formulas; hours in ten-thousandths.
pub(super) fn column(sums: &Sums, name: &str) -> i64 {
    match name {
        "ro_count" => sums.ro_count,
        "authorized_revenue" => sums.net_sales,
        "authorized_profit" => sums.profit,
        "labor_revenue" => sums.labor,
        "labor_hours" => sums.hours,
        "potential_revenue" => sums.potential,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, column, percent, points};
    use domain::metric::{CATALOGUE, Value, source_columns};
    use serde_json::Value as Json;
    use store::read::Sums;

    fn g6() -> Sums {
        Sums {
            ro_count: 3,
            net_sales: 150_000,
            cost: 71_250,
            profit: 78_750,
            labor: 74_250,
            labor_cost: 19_950,
            parts: 74_000,
            parts_cost: 47_300,
            potential: 192_000,
            hours: 60_000,
            ..Sums::default()
        }
    }

    #[test]
    fn g6_is_told_as_the_catalogue_computes_it() {
        let sums = g6();
        let told = serde_json::to_value(Figures::from(&sums)).unwrap();
        let groups = ["authorized", "potential", "derived"];
        for metric in CATALOGUE {
            let value = metric.evaluate(|name| column(&sums, name));
            let found = groups
                .iter()
                .flat_map(|group| {
                    ["", "_cents"].map(|suffix| &told[*group][format!("{}{suffix}", metric.name)])
                })
                .find(|value| !value.is_null())
                .unwrap_or_else(|| panic!("{} is not told", metric.name));
            let expected = match value {
                Some(Value::Cents(whole) | Value::Count(whole)) => Json::from(whole),
                Some(Value::Percent(percent)) => {
                    serde_json::from_str(&percent.to_string()).unwrap()
                }
                Some(Value::Hours(hours)) => Json::from(super::hours(hours)),
                None => Json::Null,
            };
            assert_eq!(*found, expected, "{}", metric.name);
        }
        let text = serde_json::to_string(&Figures::from(&sums)).unwrap();
        assert!(text.contains("\"gp_percent\":52.50"), "{text}");
    }

    #[test]
    fn every_column_of_the_catalogue_is_known() {
        let sums = Sums {
            ro_count: 1,
            net_sales: 1,
            profit: 1,
            labor: 1,
            hours: 1,
            potential: 1,
            ..Sums::default()
        };
        for name in source_columns() {
            assert_eq!(column(&sums, name), 1, "{name}");
        }
    }

    #[test]
    fn points_are_differences_of_percents() {
        let points = points(percent(5_250, 10_000), percent(5_510, 10_000)).unwrap();
        assert_eq!(serde_json::to_string(&points).unwrap(), "-2.60");
    }
}
