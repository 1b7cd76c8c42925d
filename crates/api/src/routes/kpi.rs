//! A shop's figures: the summary with its comparison, by day, sold, posted, the two beside each other, by class.

use super::pace::{Aim, Measured, PaceTold, pace};
use super::range::{CompareName, PeriodQuery, PeriodTold, RangeName, asked};
use super::told::{Authorized, Category, Figures, PercentTold, column, hours, per_hour, percent};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Day, Query};
use crate::error::Problem;
use domain::metric::{CATALOGUE, Metric, Value};
use domain::period::Period;
use domain::range::{Comparison, Range};
use domain::ratio::average;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use store::read::figures::{Days, PeriodSums, Summary};
use store::read::sold::{SoldAndPosted, SoldDays, SoldSums, TwoViews};
use store::read::{ShopHeader, Spans, Sums};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(summary))
        .routes(routes!(daily))
        .routes(routes!(sold))
        .routes(routes!(sold_daily))
        .routes(routes!(posted))
        .routes(routes!(posted_daily))
        .routes(routes!(compare))
}

/// A range of the shop's days, and what it is compared with.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ComparedQuery {
    /// Which days; `custom` where only dates are given.
    #[serde(alias = "range_type")]
    #[param(inline)]
    range: Option<RangeName>,
    /// First day of a custom range, in the shop's zone.
    #[param(value_type = Option<String>, format = Date)]
    start_date: Option<Day>,
    /// Last day of a custom range, counted.
    #[param(value_type = Option<String>, format = Date)]
    end_date: Option<Day>,
    /// What the range is compared with; nothing where it is left out.
    #[param(inline)]
    compare: Option<CompareName>,
    /// Only the shop's business days.
    business_days_only: Option<bool>,
}

/// One card of the summary.
#[derive(Serialize, ToSchema)]
struct Card {
    /// Name of the figure.
    name: &'static str,
    /// Heading.
    label: &'static str,
    /// AUTHORIZED, POTENTIAL or DERIVED.
    tag: &'static str,
    /// cents, cents per hour, percent 0-100, hours or count.
    unit: &'static str,
    /// The figure: a whole number, a percentage with two decimals, or hours as a decimal text; null without a base.
    #[schema(value_type = Option<serde_json::Value>)]
    value: Option<Box<RawValue>>,
    /// The same of the range compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    compared: Option<Box<RawValue>>,
    /// Change against it in percent of it; for percentages in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    change: Option<PercentTold>,
    /// What the shop aims at and how it stands; where the range runs to today and there is a goal for its day, week or month.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<CardGoal>,
}

/// The shop's goal for a figure.
#[derive(Serialize, ToSchema)]
struct CardGoal {
    /// What is aimed at (decimal text in the unit).
    target: String,
    /// How it stands.
    #[serde(flatten)]
    pace: PaceTold,
}

/// The figures of a range.
#[derive(Serialize, ToSchema)]
struct SummaryTold {
    /// The days.
    period: PeriodTold,
    /// Days with a posted order (count).
    days_with_data: i64,
    /// The owner's figures in the order of the catalogue, each with its words.
    cards: Vec<Card>,
    /// All figures, by their basis.
    #[serde(flatten)]
    figures: Figures,
    /// The range compared with, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<ComparedTold>,
}

/// The figures of the range compared with.
#[derive(Serialize, ToSchema)]
struct ComparedTold {
    /// The days.
    period: PeriodTold,
    /// Days with a posted order (count).
    days_with_data: i64,
    /// Its figures, by their basis.
    #[serde(flatten)]
    figures: Figures,
}

fn card(metric: &'static Metric, sums: &Sums, before: Option<&Sums>) -> Card {
    let evaluate = |sums: &Sums| metric.evaluate(|name| column(sums, name));
    let (value, compared) = (evaluate(sums), before.and_then(evaluate));
    Card {
        name: metric.name,
        label: metric.label,
        tag: metric.tag.as_str(),
        unit: metric.unit.as_str(),
        value: value.and_then(told),
        compared: compared.and_then(told),
        change: value
            .zip(compared)
            .and_then(|(now, before)| change(now, before)),
        goal: None,
    }
}

/// The goals that a range has: those of the day, the week or the month that it runs through up to today.
const fn goals_of(range: Range) -> Option<&'static str> {
    match range {
        Range::Named(Period::Today) => Some("day"),
        Range::Named(Period::WeekToDate) => Some("week"),
        Range::Named(Period::MonthToDate) => Some("month"),
        Range::Named(Period::Yesterday | Period::Last7 | Period::Last30 | Period::YearToDate)
        | Range::Custom(..) => None,
    }
}

/// The last day of the day, week or month that begins with a range.
fn goal_end(range: Range, from: Date) -> Date {
    match range {
        Range::Named(Period::WeekToDate) => from.saturating_add(6.days()),
        Range::Named(Period::MonthToDate) => from.last_of_month(),
        Range::Named(_) | Range::Custom(..) => from,
    }
}

/// Puts the shop's goals on the cards that they are for.
fn set_goals(
    cards: &mut [Card],
    goals: &[(String, String)],
    (shop, range): (&ShopHeader, Range),
    asked: &PeriodSums,
) {
    for card in cards {
        let Some((_, target)) = goals.iter().find(|(metric, _)| metric == card.name) else {
            continue;
        };
        let aim = Aim {
            metric: card.name,
            target,
            days: (asked.from, goal_end(range, asked.from)),
        };
        // No card is about sold work.
        let measured = Measured {
            sums: &asked.sums,
            sold: (0, 0),
        };
        card.goal = pace(shop, &aim, &measured).map(|pace| CardGoal {
            target: target.clone(),
            pace,
        });
    }
}

fn told(value: Value) -> Option<Box<RawValue>> {
    let text = match value {
        Value::Cents(whole) | Value::Count(whole) => whole.to_string(),
        Value::Percent(percent) => percent.to_string(),
        Value::Hours(ten_thousandths) => format!("\"{}\"", hours(ten_thousandths)),
    };
    RawValue::from_string(text).ok()
}

fn change(now: Value, before: Value) -> Option<PercentTold> {
    match (now, before) {
        (Value::Percent(now), Value::Percent(before)) => {
            percent(now.hundredths() - before.hundredths(), 10_000)
        }
        (Value::Cents(now), Value::Cents(before))
        | (Value::Count(now), Value::Count(before))
        | (Value::Hours(now), Value::Hours(before)) => percent(now - before, before),
        _ => None,
    }
}

/// The figures of a range, and of the range it is compared with
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/summary",
    operation_id = "kpiSummary",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), ComparedQuery),
    responses((status = 200, description = "The figures", body = ShopAnswer<SummaryTold>))
)]
async fn summary(
    at: AtShop,
    query: Query<ComparedQuery>,
) -> Result<ShopAnswer<SummaryTold>, Problem> {
    let dates = (query.start_date, query.end_date);
    let range = asked(query.range, dates, Period::Today)?;
    let comparison: Option<Comparison> = query.compare.map(CompareName::meant);
    let business_days_only = query.business_days_only.unwrap_or(false);
    let reading = Summary {
        shop: at.shop,
        spans: Spans::new(at.app.clock.now(), range, comparison),
        business_days_only,
        // A goal is for all days.
        goals_of: goals_of(range).filter(|_| !business_days_only),
    };
    let found = at.find(&reading).await?;
    let shop = found.shop.clone();
    Ok(at.of_shop(found, |content| {
        let (asked, before) = (content.periods.asked, content.periods.compared);
        let mut cards: Vec<Card> = CATALOGUE
            .iter()
            .map(|metric| card(metric, &asked.sums, before.as_ref().map(|b| &b.sums)))
            .collect();
        set_goals(&mut cards, &content.goals, (&shop, range), &asked);
        SummaryTold {
            period: PeriodTold::new(range.as_str(), asked.from, asked.to),
            days_with_data: asked.sums.days_with_data,
            cards,
            figures: Figures::from(&asked.sums),
            compared: before.zip(comparison).map(|(before, kind)| ComparedTold {
                period: PeriodTold::new(kind.as_str(), before.from, before.to),
                days_with_data: before.sums.days_with_data,
                figures: Figures::from(&before.sums),
            }),
        }
    }))
}

/// One day.
#[derive(Serialize, ToSchema)]
struct DayTold {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Its figures, by their basis.
    #[serde(flatten)]
    figures: Figures,
}

async fn days(
    at: &AtShop,
    query: &Query<ComparedQuery>,
) -> Result<ShopAnswer<Vec<DayTold>>, Problem> {
    if query.compare.is_some() {
        return Err(Problem::parameter(
            "compare",
            "days are not compared; ask the summary",
        ));
    }
    let dates = (query.start_date, query.end_date);
    let range = asked(query.range, dates, Period::Last7)?;
    let reading = Days {
        shop: at.shop,
        spans: Spans::new(at.app.clock.now(), range, None),
        business_days_only: query.business_days_only.unwrap_or(false),
    };
    let found = at.find(&reading).await?;
    Ok(at.of_shop(found, |days| {
        days.iter()
            .map(|day| DayTold {
                date: day.day,
                figures: Figures::from(&day.sums),
            })
            .collect()
    }))
}

/// The figures of a range by day
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/daily",
    operation_id = "kpiDaily",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), ComparedQuery),
    responses((status = 200, description = "The days with figures, earliest first", body = ShopAnswer<Vec<DayTold>>))
)]
async fn daily(
    at: AtShop,
    query: Query<ComparedQuery>,
) -> Result<ShopAnswer<Vec<DayTold>>, Problem> {
    days(&at, &query).await
}

/// The posted figures of a range by day
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/posted/daily",
    operation_id = "kpiPostedDaily",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), ComparedQuery),
    responses((status = 200, description = "The days with figures, earliest first", body = ShopAnswer<Vec<DayTold>>))
)]
async fn posted_daily(
    at: AtShop,
    query: Query<ComparedQuery>,
) -> Result<ShopAnswer<Vec<DayTold>>, Problem> {
    days(&at, &query).await
}

/// AUTHORIZED work by the day the customer accepted it, posted or not.
#[derive(Serialize, ToSchema)]
struct SoldTold {
    /// Parts, labour and sublets; no fees, discounts, tax (cents).
    revenue_cents: i64,
    /// Their cost (cents).
    cost_cents: i64,
    /// Revenue less cost (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of revenue.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Jobs after their fees and discounts (cents).
    sold_net_cents: i64,
    /// Jobs (count).
    job_count: i64,
    /// Orders, each once over the range (count).
    ro_count: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Revenue per job (cents).
    avg_job_value_cents: Option<i64>,
    /// Parts (cents).
    parts_cents: i64,
    /// Labour (cents).
    labor_cents: i64,
    /// Sublets, by their own day (cents).
    sublets_cents: i64,
}

impl From<&SoldSums> for SoldTold {
    fn from(sums: &SoldSums) -> Self {
        Self {
            revenue_cents: sums.revenue,
            cost_cents: sums.cost,
            gross_profit_cents: sums.profit,
            gp_percent: percent(sums.profit, sums.revenue),
            sold_net_cents: sums.net,
            job_count: sums.job_count,
            ro_count: sums.ro_count,
            billed_hours: hours(sums.hours),
            avg_job_value_cents: average(sums.revenue, sums.job_count),
            parts_cents: sums.parts,
            labor_cents: sums.labor,
            sublets_cents: sums.sublets,
        }
    }
}

/// What was sold in a range.
#[derive(Serialize, ToSchema)]
struct SoldPeriodTold {
    /// The days.
    period: PeriodTold,
    /// AUTHORIZED: work by the day it was sold.
    authorized: SoldTold,
}

/// What was sold in a range, posted or not
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/sold",
    operation_id = "kpiSold",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), PeriodQuery),
    responses((status = 200, description = "The sold figures", body = ShopAnswer<SoldPeriodTold>))
)]
async fn sold(
    at: AtShop,
    query: Query<PeriodQuery>,
) -> Result<ShopAnswer<SoldPeriodTold>, Problem> {
    let (range, spans) = query.spans(&at.app, Period::Today)?;
    let shop = at.shop;
    let found = at.find(&SoldAndPosted { shop, spans }).await?;
    Ok(at.of_shop(found, |views| {
        let TwoViews { sold, posted } = views.asked;
        SoldPeriodTold {
            period: PeriodTold::new(range.as_str(), posted.from, posted.to),
            authorized: SoldTold::from(&sold),
        }
    }))
}

/// One sold day.
#[derive(Serialize, ToSchema)]
struct SoldDayTold {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// AUTHORIZED: work sold on it.
    authorized: SoldTold,
}

/// What was sold in a range by day
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/sold/daily",
    operation_id = "kpiSoldDaily",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), PeriodQuery),
    responses((status = 200, description = "The days with sales, earliest first", body = ShopAnswer<Vec<SoldDayTold>>))
)]
async fn sold_daily(
    at: AtShop,
    query: Query<PeriodQuery>,
) -> Result<ShopAnswer<Vec<SoldDayTold>>, Problem> {
    let (_, spans) = query.spans(&at.app, Period::Last7)?;
    let shop = at.shop;
    let found = at.find(&SoldDays { shop, spans }).await?;
    Ok(at.of_shop(found, |days| {
        let told = days.iter().map(|day| SoldDayTold {
            date: day.day,
            authorized: SoldTold::from(&day.sums),
        });
        told.collect()
    }))
}

/// What was posted in a range.
#[derive(Serialize, ToSchema)]
struct PostedTold {
    /// The days.
    period: PeriodTold,
    /// AUTHORIZED figures of the posted orders.
    authorized: Authorized,
    /// How net sales come about.
    formula: &'static str,
}

/// What was posted in a range
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/posted",
    operation_id = "kpiPosted",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), PeriodQuery),
    responses((status = 200, description = "The posted figures", body = ShopAnswer<PostedTold>))
)]
async fn posted(at: AtShop, query: Query<PeriodQuery>) -> Result<ShopAnswer<PostedTold>, Problem> {
    let (range, spans) = query.spans(&at.app, Period::MonthToDate)?;
    let reading = Summary {
        shop: at.shop,
        spans,
        business_days_only: false,
        goals_of: None,
    };
    let found = at.find(&reading).await?;
    Ok(at.of_shop(found, |content| {
        let PeriodSums { from, to, sums } = content.periods.asked;
        PostedTold {
            period: PeriodTold::new(range.as_str(), from, to),
            authorized: Figures::from(&sums).authorized,
            formula: "net_sales = parts + labor + sublets + fees - discounts",
        }
    }))
}

/// Sold beside posted.
#[derive(Serialize, ToSchema)]
struct CompareTold {
    /// The days.
    period: PeriodTold,
    /// AUTHORIZED: work sold in the range, posted or not.
    sold: SoldTold,
    /// AUTHORIZED: orders posted in the range.
    posted: PostedBriefly,
    /// DERIVED: the difference of the two.
    derived: BacklogTold,
}

/// AUTHORIZED figures of posted orders, in short.
#[derive(Serialize, ToSchema)]
struct PostedBriefly {
    /// Committed sales (cents).
    net_sales_cents: i64,
    /// Parts, labour and sublets before fees and discounts (cents).
    gross_sales_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of committed sales.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Orders (count).
    car_count: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Gross profit per billed hour (cents).
    gp_per_hour_cents: Option<i64>,
    /// Labour.
    labor: Category,
    /// Parts.
    parts: Category,
}

/// Sold less posted.
#[derive(Serialize, ToSchema)]
struct BacklogTold {
    /// Sold revenue less committed sales (cents).
    backlog_cents: i64,
    /// Sold profit less posted profit (cents).
    profit_difference_cents: i64,
    /// building, clearing or balanced.
    state: &'static str,
    /// The same for people.
    interpretation: &'static str,
}

fn backlog(views: &TwoViews) -> BacklogTold {
    let sums = &views.posted.sums;
    let difference = views.sold.revenue - sums.net_sales;
    let (state, interpretation) = match difference.signum() {
        1 => ("building", "Building backlog"),
        -1 => ("clearing", "Clearing backlog"),
        _ => ("balanced", "Balanced"),
    };
    BacklogTold {
        backlog_cents: difference,
        profit_difference_cents: views.sold.profit - sums.profit,
        state,
        interpretation,
    }
}

/// What was sold in a range beside what was posted in it
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/compare",
    operation_id = "kpiCompare",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), PeriodQuery),
    responses((status = 200, description = "Both views and their difference", body = ShopAnswer<CompareTold>))
)]
async fn compare(
    at: AtShop,
    query: Query<PeriodQuery>,
) -> Result<ShopAnswer<CompareTold>, Problem> {
    let (range, spans) = query.spans(&at.app, Period::MonthToDate)?;
    let shop = at.shop;
    let found = at.find(&SoldAndPosted { shop, spans }).await?;
    Ok(at.of_shop(found, |content| {
        let views = content.asked;
        let sums = &views.posted.sums;
        CompareTold {
            period: PeriodTold::new(range.as_str(), views.posted.from, views.posted.to),
            sold: SoldTold::from(&views.sold),
            posted: PostedBriefly {
                net_sales_cents: sums.net_sales,
                gross_sales_cents: sums.gross_sales,
                gross_profit_cents: sums.profit,
                gp_percent: percent(sums.profit, sums.net_sales),
                car_count: sums.ro_count,
                billed_hours: hours(sums.hours),
                gp_per_hour_cents: per_hour(sums.profit, sums.hours),
                labor: Category::new(sums.labor, sums.labor_cost),
                parts: Category::new(sums.parts, sums.parts_cost),
            },
            derived: backlog(&views),
        }
    }))
}
