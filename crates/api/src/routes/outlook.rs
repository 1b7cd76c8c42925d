//! Where the figures go from here: a line through the last days, the end of the month, and what moves gross profit.

use super::pace::{Measured, measure, text};
use super::told::{PercentTold, percent, percent_of_hundredths, points};
use super::trends::{Bounded, days_since};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Query};
use crate::error::Problem;
use domain::forecast::Line;
use domain::metric::Unit;
use domain::pace::Pace;
use domain::ratio::Percent;
use domain::{ShopDay, catalogue};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use store::read::figures::Day;
use store::read::{ShopHeader, Sums};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A change of less than a tenth of a point a day is none (reference D.14), in ten-thousandths.
const FLAT_SLOPE: i64 = 1_000;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(forecast))
        .routes(routes!(categories))
}

/// How far back and ahead.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ForecastQuery {
    /// Days back, today counted: 14 to 90; 30 where it is left out.
    #[param(value_type = Option<u8>, minimum = 14, maximum = 90)]
    history: Option<Bounded<14, 90>>,
    /// Working days ahead: 1 to 30; 7 where it is left out.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 30)]
    ahead: Option<Bounded<1, 30>>,
}

/// DERIVED: where AUTHORIZED figures go.
#[derive(Serialize, ToSchema)]
struct ForecastTold {
    /// First day of the history, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Its days with data; below seven there is no line (count).
    days_with_data: usize,
    /// A line for each figure; empty below seven days with data.
    lines: Vec<LineTold>,
    /// The running month, by working days.
    month: Vec<MonthEnd>,
}

/// DERIVED: a straight line by least squares over the days with data.
#[derive(Serialize, ToSchema)]
struct LineTold {
    /// Name in the metric catalogue.
    metric: &'static str,
    /// Unit of the figures.
    unit: &'static str,
    /// Change a day (decimal text in the unit, percentages in points).
    slope: String,
    /// The line on the first day with data (decimal text in the unit).
    intercept: String,
    /// Share of the ups and downs that the line explains, 0 to 1 (decimal text).
    r_squared: String,
    /// `high` from 0.7, `medium` from 0.4, else `low`.
    confidence: &'static str,
    /// `up` or `down` above a tenth of a point a day, else `flat`; for percentages.
    #[serde(skip_serializing_if = "Option::is_none")]
    trend: Option<&'static str>,
    /// The coming working days of the shop.
    days: Vec<DayAhead>,
}

/// A day to come.
#[derive(Serialize, ToSchema)]
struct DayAhead {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// What the line says: cents, or a percentage with two decimals; never outside what is possible.
    #[schema(value_type = f64)]
    value: Option<Box<RawValue>>,
}

/// A figure of the running month.
#[derive(Serialize, ToSchema)]
struct MonthEnd {
    /// Name in the metric catalogue.
    metric: &'static str,
    /// Unit of the figures.
    unit: &'static str,
    /// First day of the month.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Working days of the month (count).
    working_days: i64,
    /// Working days up to today, today counted (count).
    working_days_elapsed: i64,
    /// AUTHORIZED: from the first to today (decimal text in the unit).
    actual: Option<String>,
    /// DERIVED: at the end of the month, if its coming working days are like those so far (decimal text in the unit).
    forecast: Option<String>,
}

const OUTLOOK: [&str; 3] = ["net_sales", "gross_profit", "gp_percent"];

/// Where sales and gross profit go: a line through the last days, and the end of the month
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/forecast",
    operation_id = "trendForecast",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), ForecastQuery),
    responses((status = 200, description = "The outlook", body = ShopAnswer<ForecastTold>))
)]
async fn forecast(
    at: AtShop,
    query: Query<ForecastQuery>,
) -> Result<ShopAnswer<ForecastTold>, Problem> {
    let history = query.history.map_or(30, |days| days.0);
    let ahead = usize::try_from(query.ahead.map_or(7, |days| days.0)).unwrap_or(7);
    let back = |today: Date| today.saturating_sub((history - 1).days());
    let first = |today: Date| back(today).min(today.first_of_month());
    let found = days_since(&at, first).await?;
    let shop = found.shop.clone();
    let from = back(shop.today);
    Ok(at.of_shop(found, |days| {
        let month = month(&shop, &days);
        let with_data: Vec<&Day> = days
            .iter()
            .filter(|day| day.day >= from && day.sums.ro_count > 0)
            .collect();
        let dates = working_days_after(&shop, ahead);
        ForecastTold {
            from,
            days_with_data: with_data.len(),
            lines: OUTLOOK
                .iter()
                .filter_map(|metric| line(metric, &with_data, &dates))
                .collect(),
            month,
        }
    }))
}

/// The shop's next working days; every day where it has none.
fn working_days_after(shop: &ShopHeader, count: usize) -> Vec<ShopDay> {
    let works = |day: &ShopDay| {
        shop.week_days.is_empty()
            || shop
                .week_days
                .contains(&i16::from(day.weekday().to_monday_one_offset()))
    };
    let coming = shop.today.series(1.day()).skip(1);
    coming.filter(works).take(count).collect()
}

/// One figure of a day in the steps it is told in: cents, or hundredths of a percent.
fn figure(metric: &str, sums: &Sums) -> Option<i64> {
    match metric {
        "net_sales" => Some(sums.net_sales),
        "gross_profit" => Some(sums.profit),
        _ => Percent::of(sums.profit, sums.net_sales).map(Percent::hundredths),
    }
}

fn line(name: &'static str, days: &[&Day], dates: &[ShopDay]) -> Option<LineTold> {
    let metric = catalogue::find(name)?;
    let series: Vec<i64> = days
        .iter()
        .filter_map(|day| figure(name, &day.sums))
        .collect();
    let line = Line::through(&series)?;
    // From steps to ten-thousandths of the unit.
    let (factor, most) = match metric.unit {
        Unit::Percent => (100, 10_000),
        Unit::Cents | Unit::CentsPerHour | Unit::Count | Unit::Hours => (10_000, i64::MAX),
    };
    let slope = line.slope(factor);
    let is_percent = metric.unit == Unit::Percent;
    let ahead = |(n, date): (i64, &ShopDay)| {
        let value = line.at(n).clamp(0, most);
        DayAhead {
            date: *date,
            value: if is_percent {
                percent_of_hundredths(value)
            } else {
                RawValue::from_string(value.to_string()).ok()
            },
        }
    };
    let next = i64::try_from(series.len()).unwrap_or(i64::MAX);
    Some(LineTold {
        metric: metric.name,
        unit: metric.unit.as_str(),
        slope: text(slope),
        intercept: text(line.intercept(factor)),
        r_squared: text(line.r_squared()),
        confidence: line.confidence().as_str(),
        trend: is_percent.then_some(if slope.abs() <= FLAT_SLOPE {
            "flat"
        } else if slope > 0 {
            "up"
        } else {
            "down"
        }),
        days: (next..).zip(dates).map(ahead).collect(),
    })
}

fn month(shop: &ShopHeader, days: &[Day]) -> Vec<MonthEnd> {
    let (from, to) = (shop.today.first_of_month(), shop.today.last_of_month());
    let mut sums = Sums::default();
    days.iter()
        .filter(|day| day.day >= from)
        .for_each(|day| sums.add(&day.sums));
    let measured = Measured {
        sums: &sums,
        sold: (0, 0),
    };
    let pace = Pace::of((from, to), shop.today, &shop.week_days);
    let one = |name: &&'static str| {
        let metric = catalogue::find(name)?;
        let actual = measure(metric, &measured);
        let forecast = actual.and_then(|actual| pace.forecast(metric, actual));
        Some(MonthEnd {
            metric: metric.name,
            unit: metric.unit.as_str(),
            from,
            to,
            working_days: pace.working_days,
            working_days_elapsed: pace.elapsed,
            actual: actual.map(text),
            forecast: forecast.map(text),
        })
    };
    OUTLOOK.iter().filter_map(one).collect()
}

/// How far back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CategoryQuery {
    /// Days back, today counted: 14 to 90; 30 where it is left out. Of an odd number the earliest is left out.
    #[param(value_type = Option<u8>, minimum = 14, maximum = 90)]
    days: Option<Bounded<14, 90>>,
}

/// The halves of a range, and what each category brought in them.
#[derive(Serialize, ToSchema)]
struct CategoriesTold {
    /// First day of the first half.
    #[schema(value_type = String, format = Date)]
    first_from: Date,
    /// First day of the second half, as long as the first.
    #[schema(value_type = String, format = Date)]
    second_from: Date,
    /// Last day of the second half.
    #[schema(value_type = String, format = Date)]
    second_to: Date,
    /// labor, parts, sublets, fees, discounts; their gross profits add up to the shop's.
    categories: Vec<CategoryTrend>,
}

/// One category in both halves.
#[derive(Serialize, ToSchema)]
struct CategoryTrend {
    /// labor, parts, sublets, fees or discounts.
    category: &'static str,
    /// AUTHORIZED: in the first half.
    first: CategoryHalf,
    /// AUTHORIZED: in the second half.
    second: CategoryHalf,
    /// DERIVED: change of sales in percent of the first half's.
    #[schema(value_type = Option<f64>)]
    sales_change_percent: Option<PercentTold>,
    /// DERIVED: change of gross profit in percent (percentage points).
    #[schema(value_type = Option<f64>)]
    gp_points: Option<PercentTold>,
}

/// AUTHORIZED figures of a category in a half.
#[derive(Serialize, ToSchema)]
struct CategoryHalf {
    /// Sales; discounts are negative (cents).
    sales_cents: i64,
    /// Sales less cost (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of sales.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Gross profit in percent of the shop's gross profit.
    #[schema(value_type = Option<f64>)]
    contribution_percent: Option<PercentTold>,
}

/// The categories of sales, the second half of a range against the first
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/category-trends",
    operation_id = "trendCategories",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), CategoryQuery),
    responses((status = 200, description = "The categories", body = ShopAnswer<CategoriesTold>))
)]
async fn categories(
    at: AtShop,
    query: Query<CategoryQuery>,
) -> Result<ShopAnswer<CategoriesTold>, Problem> {
    let half = query.days.map_or(30, |days| days.0) / 2;
    let first = |today: Date| today.saturating_sub((2 * half - 1).days());
    let found = days_since(&at, first).await?;
    let today = found.shop.today;
    let (first_from, second_from) = (first(today), today.saturating_sub((half - 1).days()));
    Ok(at.of_shop(found, |days| {
        let (mut earlier, mut later) = (Sums::default(), Sums::default());
        for day in &days {
            if day.day < second_from {
                earlier.add(&day.sums);
            } else {
                later.add(&day.sums);
            }
        }
        CategoriesTold {
            first_from,
            second_from,
            second_to: today,
            categories: CATEGORIES
                .map(|(name, of)| category(name, (&earlier, of(&earlier)), (&later, of(&later))))
                .into(),
        }
    }))
}

/// Sales and cost of a category.
type SalesAndCost = (i64, i64);
type OfSums = fn(&Sums) -> SalesAndCost;

const CATEGORIES: [(&str, OfSums); 5] = [
    ("labor", |sums| (sums.labor, sums.labor_cost)),
    ("parts", |sums| (sums.parts, sums.parts_cost)),
    ("sublets", |sums| (sums.sublets, sums.sublet_cost)),
    ("fees", |sums| (sums.fees, 0)),
    ("discounts", |sums| (-sums.discounts, 0)),
];

fn category(
    name: &'static str,
    (earlier, first): (&Sums, SalesAndCost),
    (later, second): (&Sums, SalesAndCost),
) -> CategoryTrend {
    let half = |sums: &Sums, (sales, cost): SalesAndCost| CategoryHalf {
        sales_cents: sales,
        gross_profit_cents: sales - cost,
        gp_percent: percent(sales - cost, sales),
        contribution_percent: percent(sales - cost, sums.profit),
    };
    let (first_half, second_half) = (half(earlier, first), half(later, second));
    CategoryTrend {
        category: name,
        sales_change_percent: percent(second.0 - first.0, first.0),
        gp_points: points(second_half.gp_percent, first_half.gp_percent),
        first: first_half,
        second: second_half,
    }
}
