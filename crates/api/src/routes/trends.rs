//! Trends: week over week, month over month, rolling windows, weekdays, best and worst days.

use super::told::{PercentTold, hours, per_hour, percent, points};
use super::trend_sums::{Bucket, by_weekday, first_of_week, months, rolling, weeks};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Query};
use crate::error::Problem;
use domain::range::{Range, possible_todays};
use domain::ratio::average;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::sync::Arc;
use store::read::figures::{Day, Days};
use store::read::{OfShop, Spans, Sums};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(week_over_week))
        .routes(routes!(month_over_month))
        .routes(routes!(rolling_windows))
        .routes(routes!(weekdays))
        .routes(routes!(extremes))
}

/// AUTHORIZED figures of a bucket of days.
#[derive(Serialize, ToSchema)]
struct TrendFigures {
    /// Days with a posted order (count).
    days_with_data: i64,
    /// Posted orders (count).
    car_count: i64,
    /// Committed sales (cents).
    net_sales_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of committed sales, from the sums.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Committed sales per order (cents).
    aro_cents: Option<i64>,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Gross profit per billed hour (cents).
    gp_per_hour_cents: Option<i64>,
}

impl From<&Sums> for TrendFigures {
    fn from(sums: &Sums) -> Self {
        Self {
            days_with_data: sums.days_with_data,
            car_count: sums.ro_count,
            net_sales_cents: sums.net_sales,
            gross_profit_cents: sums.profit,
            gp_percent: percent(sums.profit, sums.net_sales),
            aro_cents: average(sums.net_sales, sums.ro_count),
            billed_hours: hours(sums.hours),
            gp_per_hour_cents: per_hour(sums.profit, sums.hours),
        }
    }
}

/// DERIVED: change against the bucket before, in percent of it.
#[derive(Serialize, ToSchema)]
struct ChangeTold {
    /// Of committed sales.
    #[schema(value_type = Option<f64>)]
    net_sales_percent: Option<PercentTold>,
    /// Of gross profit.
    #[schema(value_type = Option<f64>)]
    gross_profit_percent: Option<PercentTold>,
    /// Of the number of orders.
    #[schema(value_type = Option<f64>)]
    car_count_percent: Option<PercentTold>,
    /// Of gross profit in percent (percentage points).
    #[schema(value_type = Option<f64>)]
    gp_points: Option<PercentTold>,
}

fn change(now: &Sums, before: &Sums) -> ChangeTold {
    ChangeTold {
        net_sales_percent: percent(now.net_sales - before.net_sales, before.net_sales),
        gross_profit_percent: percent(now.profit - before.profit, before.profit),
        car_count_percent: percent(now.ro_count - before.ro_count, before.ro_count),
        gp_points: points(
            percent(now.profit, now.net_sales),
            percent(before.profit, before.net_sales),
        ),
    }
}

/// A week or month.
#[derive(Serialize, ToSchema)]
struct BucketTold {
    /// First day, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day; today on the running one.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Not over yet: compare with care.
    running: bool,
    /// AUTHORIZED figures.
    authorized: TrendFigures,
    /// DERIVED: against the bucket before; missing on the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeTold>,
}

fn told(buckets: &[Bucket], whole_days: impl Fn(Date) -> Date) -> Vec<BucketTold> {
    let before = std::iter::once(None).chain(buckets.iter().map(Some));
    let one = |(bucket, before): (&Bucket, Option<&Bucket>)| BucketTold {
        from: bucket.from,
        to: bucket.to,
        running: bucket.to < whole_days(bucket.from),
        authorized: TrendFigures::from(&bucket.sums),
        change: before.map(|before| change(&bucket.sums, &before.sums)),
    };
    buckets.iter().zip(before).map(one).collect()
}

/// The days from the earliest that any possible today asks for; the handler cuts by the shop's own.
pub(super) async fn days_since(
    at: &AtShop,
    first: impl Fn(Date) -> Date,
) -> Result<OfShop<Vec<Day>>, Problem> {
    let now = at.app.clock.now();
    let todays = possible_todays(now);
    let earliest = todays.iter().map(|today| first(*today)).min();
    let latest = todays.iter().max().copied();
    let (Some(from), Some(to)) = (earliest, latest) else {
        return Err(Problem::not_found());
    };
    let reading = Days {
        shop: at.shop,
        spans: Spans::new(now, Range::Custom(from, to), None),
        business_days_only: false,
    };
    let mut found = at.find(&reading).await?;
    let (first, today) = (first(found.shop.today), found.shop.today);
    found
        .content
        .retain(|day| day.day >= first && day.day <= today);
    Ok(found)
}

/// How many weeks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WeeksQuery {
    /// Weeks, the running one counted: 2 to 53; 4 where it is left out.
    #[param(value_type = Option<u8>, minimum = 2, maximum = 53)]
    weeks_back: Option<Bounded<2, 53>>,
}

/// How many months.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MonthsQuery {
    /// Months, the running one counted: 2 to 25; 3 where it is left out.
    #[param(value_type = Option<u8>, minimum = 2, maximum = 25)]
    months_back: Option<Bounded<2, 25>>,
}

/// A whole number within bounds.
#[derive(Clone, Copy)]
pub(super) struct Bounded<const LEAST: i32, const MOST: i32>(pub(super) i32);

impl<'de, const LEAST: i32, const MOST: i32> Deserialize<'de> for Bounded<LEAST, MOST> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .filter(|number| (LEAST..=MOST).contains(number))
            .map(Self)
            .ok_or_else(|| {
                serde::de::Error::custom(format!("must be a whole number from {LEAST} to {MOST}"))
            })
    }
}

/// Weeks, Monday to Sunday, each against the one before
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/wow",
    operation_id = "trendWeekOverWeek",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), WeeksQuery),
    responses((status = 200, description = "The weeks, earliest first", body = ShopAnswer<Vec<BucketTold>>))
)]
async fn week_over_week(
    at: AtShop,
    query: Query<WeeksQuery>,
) -> Result<ShopAnswer<Vec<BucketTold>>, Problem> {
    let count = query.weeks_back.map_or(4, |weeks| weeks.0);
    let first = |today| first_of_week(today).saturating_sub(((count - 1) * 7).days());
    let found = days_since(&at, first).await?;
    let today = found.shop.today;
    Ok(at.of_shop(found, |days| {
        told(&weeks(&days, today, count), |from| {
            from.saturating_add(6.days())
        })
    }))
}

/// Months, each against the one before
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/mom",
    operation_id = "trendMonthOverMonth",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), MonthsQuery),
    responses((status = 200, description = "The months, earliest first", body = ShopAnswer<Vec<BucketTold>>))
)]
async fn month_over_month(
    at: AtShop,
    query: Query<MonthsQuery>,
) -> Result<ShopAnswer<Vec<BucketTold>>, Problem> {
    let count = query.months_back.map_or(3, |months| months.0);
    let first = |today: Date| today.first_of_month().saturating_sub((count - 1).months());
    let found = days_since(&at, first).await?;
    let today = found.shop.today;
    Ok(at.of_shop(found, |days| {
        told(&months(&days, today, count), Date::last_of_month)
    }))
}

/// Which windows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RollingQuery {
    /// Days back, today counted: 14 to 400; 90 where it is left out.
    #[param(value_type = Option<u16>, minimum = 14, maximum = 400)]
    days: Option<Bounded<14, 400>>,
    /// Days with data in the short window: 2 to 60; 7 where it is left out.
    #[param(value_type = Option<u8>, minimum = 2, maximum = 60)]
    short: Option<Bounded<2, 60>>,
    /// Days with data in the long window: 3 to 90; 28 where it is left out.
    #[param(value_type = Option<u8>, minimum = 3, maximum = 90)]
    long: Option<Bounded<3, 90>>,
}

/// A day with its windows.
#[derive(Serialize, ToSchema)]
struct RollingDay {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// AUTHORIZED figures of the day.
    authorized: TrendFigures,
    /// AUTHORIZED figures of the short window that ends with it; null while there are too few days.
    short: Option<TrendFigures>,
    /// AUTHORIZED figures of the long window.
    long: Option<TrendFigures>,
    /// `bullish` where gross profit in percent of the short window rises above the long one's, `bearish` where it falls
    /// below.
    signal: Option<&'static str>,
}

/// Rolling windows.
#[derive(Serialize, ToSchema)]
struct RollingTold {
    /// Days with data in the short window.
    short: i32,
    /// Days with data in the long window.
    long: i32,
    /// The days with data, earliest first.
    days: Vec<RollingDay>,
}

fn signals(short: &[Option<Sums>], long: &[Option<Sums>]) -> Vec<Option<&'static str>> {
    // Cross-multiplied, so that no rounding decides which window is above.
    let side = |short: &Sums, long: &Sums| {
        let (left, right) = (
            i128::from(short.profit) * i128::from(long.net_sales),
            i128::from(long.profit) * i128::from(short.net_sales),
        );
        (short.net_sales > 0 && long.net_sales > 0).then(|| left.cmp(&right))
    };
    let mut last = None;
    short
        .iter()
        .zip(long)
        .map(|(short, long)| {
            let side = side(short.as_ref()?, long.as_ref()?)?;
            let crossed = last.replace(side).filter(|before| *before != side);
            crossed.and(match side {
                std::cmp::Ordering::Greater => Some("bullish"),
                std::cmp::Ordering::Less => Some("bearish"),
                std::cmp::Ordering::Equal => None,
            })
        })
        .collect()
}

/// Days with rolling windows over the days that have data
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/rolling",
    operation_id = "trendRolling",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), RollingQuery),
    responses((status = 200, description = "The days, earliest first", body = ShopAnswer<RollingTold>))
)]
async fn rolling_windows(
    at: AtShop,
    query: Query<RollingQuery>,
) -> Result<ShopAnswer<RollingTold>, Problem> {
    let back = query.days.map_or(90, |days| days.0);
    let short = query.short.map_or(7, |short| short.0);
    let long = query.long.map_or(28, |long| long.0);
    if short >= long {
        return Err(Problem::parameter("short", "must be less than long"));
    }
    let first = |today: Date| today.saturating_sub((back - 1).days());
    let mut found = days_since(&at, first).await?;
    found.content.retain(|day| day.sums.ro_count > 0);
    let width = |days: i32| usize::try_from(days).unwrap_or(usize::MAX);
    Ok(at.of_shop(found, |days| {
        let short_sums = rolling(&days, width(short));
        let long_sums = rolling(&days, width(long));
        let signals = signals(&short_sums, &long_sums);
        let mut told = Vec::with_capacity(days.len());
        for (at, day) in days.iter().enumerate() {
            told.push(RollingDay {
                date: day.day,
                authorized: TrendFigures::from(&day.sums),
                short: short_sums[at].as_ref().map(TrendFigures::from),
                long: long_sums[at].as_ref().map(TrendFigures::from),
                signal: signals[at],
            });
        }
        RollingTold {
            short,
            long,
            days: told,
        }
    }))
}

/// How far back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PatternQuery {
    /// Weeks back: 4 to 53; 12 where it is left out.
    #[param(value_type = Option<u8>, minimum = 4, maximum = 53)]
    weeks: Option<Bounded<4, 53>>,
}

/// One weekday.
#[derive(Serialize, ToSchema)]
struct WeekdayTold {
    /// 1 is Monday.
    weekday: i8,
    /// Its name.
    name: &'static str,
    /// AUTHORIZED sums of all of them.
    authorized: TrendFigures,
    /// AUTHORIZED: committed sales of a day on average (cents).
    avg_net_sales_cents: Option<i64>,
    /// AUTHORIZED: committed sales of the weakest (cents).
    min_net_sales_cents: i64,
    /// AUTHORIZED: committed sales of the strongest (cents).
    max_net_sales_cents: i64,
    /// AUTHORIZED: gross profit of a day on average (cents).
    avg_gross_profit_cents: Option<i64>,
    /// AUTHORIZED: orders of a day on average, in hundredths.
    avg_car_count_hundredths: Option<i64>,
}

/// The weekdays.
#[derive(Serialize, ToSchema)]
struct PatternTold {
    /// Those that have data, Monday first.
    weekdays: Vec<WeekdayTold>,
    /// Best by gross profit in percent, 1 is Monday.
    best_gp: Option<i8>,
    /// Worst by gross profit in percent.
    worst_gp: Option<i8>,
    /// Most orders.
    busiest: Option<i8>,
}

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

fn weekday(number: i8, days: &[&Day]) -> WeekdayTold {
    let mut sums = Sums::default();
    days.iter().for_each(|day| sums.add(&day.sums));
    let count = sums.days_with_data;
    let sales = || days.iter().map(|day| day.sums.net_sales);
    WeekdayTold {
        weekday: number,
        name: usize::try_from(number - 1)
            .ok()
            .and_then(|at| WEEKDAYS.get(at).copied())
            .unwrap_or_default(),
        avg_net_sales_cents: average(sums.net_sales, count),
        min_net_sales_cents: sales().min().unwrap_or(0),
        max_net_sales_cents: sales().max().unwrap_or(0),
        avg_gross_profit_cents: average(sums.profit, count),
        avg_car_count_hundredths: average(sums.ro_count * 100, count),
        authorized: TrendFigures::from(&sums),
    }
}

fn pattern(days: &[Day]) -> PatternTold {
    let weekdays: Vec<WeekdayTold> = by_weekday(days)
        .into_iter()
        .map(|(number, days)| weekday(number, &days))
        .collect();
    let gp = |told: &&WeekdayTold| {
        domain::ratio::Percent::of(
            told.authorized.gross_profit_cents,
            told.authorized.net_sales_cents,
        )
    };
    let with_gp = || weekdays.iter().filter(|told| gp(told).is_some());
    PatternTold {
        best_gp: with_gp().max_by_key(gp).map(|told| told.weekday),
        worst_gp: with_gp().min_by_key(gp).map(|told| told.weekday),
        busiest: weekdays
            .iter()
            .max_by_key(|told| told.avg_car_count_hundredths)
            .map(|told| told.weekday),
        weekdays,
    }
}

/// What the weekdays look like
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/day-patterns",
    operation_id = "trendWeekdays",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), PatternQuery),
    responses((status = 200, description = "The weekdays", body = ShopAnswer<PatternTold>))
)]
async fn weekdays(
    at: AtShop,
    query: Query<PatternQuery>,
) -> Result<ShopAnswer<PatternTold>, Problem> {
    let back = query.weeks.map_or(12, |weeks| weeks.0) * 7;
    let mut found = days_since(&at, |today| today.saturating_sub((back - 1).days())).await?;
    found.content.retain(|day| day.sums.ro_count > 0);
    Ok(at.of_shop(found, |days| pattern(&days)))
}

/// How far back, and how many.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExtremesQuery {
    /// Days back: 7 to 400; 90 where it is left out.
    #[param(value_type = Option<u16>, minimum = 7, maximum = 400)]
    days: Option<Bounded<7, 400>>,
    /// Days of each list: 1 to 20; 5 where it is left out.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20)]
    top_n: Option<Bounded<1, 20>>,
}

/// A day of a list.
#[derive(Serialize, ToSchema)]
struct ExtremeDay {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// AUTHORIZED figures.
    authorized: TrendFigures,
}

/// The best and the worst days by one figure.
#[derive(Serialize, ToSchema)]
struct Extremes {
    /// Best first.
    best: Vec<ExtremeDay>,
    /// Worst first.
    worst: Vec<ExtremeDay>,
}

/// The best and the worst days.
#[derive(Serialize, ToSchema)]
struct ExtremesTold {
    /// By committed sales.
    net_sales: Extremes,
    /// By gross profit in percent.
    gp_percent: Extremes,
    /// By committed sales per order.
    aro: Extremes,
}

fn ranked<K: Ord>(days: &[Day], top: usize, figure: impl Fn(&Sums) -> Option<K>) -> Extremes {
    let mut with: Vec<(K, &Day)> = days
        .iter()
        .filter_map(|day| Some((figure(&day.sums)?, day)))
        .collect();
    let one = |(_, day): &(K, &Day)| ExtremeDay {
        date: day.day,
        authorized: TrendFigures::from(&day.sums),
    };
    // Ties: the later day first.
    with.sort_by(|a, b| (&b.0, b.1.day).cmp(&(&a.0, a.1.day)));
    let best = with.iter().take(top).map(one).collect();
    with.sort_by(|a, b| (&a.0, Reverse(a.1.day)).cmp(&(&b.0, Reverse(b.1.day))));
    let worst = with.iter().take(top).map(one).collect();
    Extremes { best, worst }
}

/// The best and the worst days
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/trends/extremes",
    operation_id = "trendExtremes",
    tag = "trends",
    params(("shop_id" = i64, Path, description = "The shop"), ExtremesQuery),
    responses((status = 200, description = "The days", body = ShopAnswer<ExtremesTold>))
)]
async fn extremes(
    at: AtShop,
    query: Query<ExtremesQuery>,
) -> Result<ShopAnswer<ExtremesTold>, Problem> {
    let back = query.days.map_or(90, |days| days.0);
    let top = usize::try_from(query.top_n.map_or(5, |top| top.0)).unwrap_or(5);
    let mut found = days_since(&at, |today| today.saturating_sub((back - 1).days())).await?;
    found.content.retain(|day| day.sums.ro_count > 0);
    Ok(at.of_shop(found, |days| ExtremesTold {
        net_sales: ranked(&days, top, |sums| Some(sums.net_sales)),
        gp_percent: ranked(&days, top, |sums| {
            domain::ratio::Percent::of(sums.profit, sums.net_sales)
        }),
        aro: ranked(&days, top, |sums| average(sums.net_sales, sums.ro_count)),
    }))
}
