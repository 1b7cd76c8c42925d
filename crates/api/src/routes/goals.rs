//! Goals: read by everybody in the shop, set and taken back by owners and managers.

use super::pace::{Aim, Measured, PaceTold, is_measured, pace};
use super::range::{PeriodTold, RangeName, asked};
use crate::App;
use crate::answer::{PlainAnswer, ShopAnswer};
use crate::ask::{AtShop, Body, Day, Managed, Query, Write};
use crate::error::Problem;
use axum::http::StatusCode;
use domain::catalogue;
use domain::metric::Unit;
use domain::period::Period;
use domain::range::possible_todays;
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::read::ShopHeader;
use store::read::goals::{DeleteGoal, Goal, GoalKey, Goals, PutGoal};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longer targets are no figures.
const TARGET_LIMIT: usize = 16;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(goals, put_goal, delete_goal))
}

/// Whose goal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Scope {
    /// The whole shop's.
    Shop,
    /// One advisor's.
    Advisor,
    /// One technician's.
    Technician,
}

impl Scope {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Advisor => "advisor",
            Self::Technician => "technician",
        }
    }
}

/// How long a goal runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum GoalPeriod {
    /// One day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl GoalPeriod {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    fn begins_on(self, day: Date) -> bool {
        match self {
            Self::Day => true,
            Self::Week => day.weekday() == Weekday::Monday,
            Self::Month => day.day() == 1,
        }
    }
}

/// Which goals.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GoalQuery {
    /// Goals whose period begins in this range; the year to date where it is left out.
    #[serde(alias = "range_type")]
    #[param(inline)]
    range: Option<RangeName>,
    /// First day of a custom range, in the shop's zone.
    #[param(value_type = Option<String>, format = Date)]
    start_date: Option<Day>,
    /// Last day of a custom range, counted.
    #[param(value_type = Option<String>, format = Date)]
    end_date: Option<Day>,
    /// Whose.
    scope: Option<Scope>,
}

/// A goal.
#[derive(Serialize, ToSchema)]
struct GoalTold {
    /// shop, advisor or technician.
    scope: String,
    /// The vendor's employee number; null for the whole shop.
    subject_id: Option<i64>,
    /// Name of the employee.
    subject_name: Option<String>,
    /// Name in the metric catalogue.
    metric: String,
    /// AUTHORIZED, POTENTIAL or DERIVED.
    tag: Option<&'static str>,
    /// Unit of the target; money in cents.
    unit: Option<&'static str>,
    /// day, week or month.
    period: String,
    /// First day of the period, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    period_start: Date,
    /// Last day of the period.
    #[schema(value_type = String, format = Date)]
    period_end: Date,
    /// What is aimed at (decimal text in the unit).
    target: String,
    /// How it stands today; null for a metric that is not measured of whom it is for.
    pace: Option<PaceTold>,
    /// When it was last set.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl GoalTold {
    fn new(shop: &ShopHeader, goal: Goal) -> Self {
        let known = catalogue::find(&goal.metric);
        let aim = Aim {
            metric: &goal.metric,
            target: &goal.target,
            days: (goal.period_start, goal.period_end),
        };
        let measured = Measured {
            sums: &goal.sums,
            sold: (goal.sold, goal.sold_profit),
        };
        let is_measured = is_measured(&goal.scope, &goal.metric);
        Self {
            pace: is_measured.then(|| pace(shop, &aim, &measured)).flatten(),
            period_end: goal.period_end,
            scope: goal.scope,
            subject_id: goal.subject_id,
            subject_name: goal.subject_name,
            tag: known.map(|metric| metric.tag.as_str()),
            unit: known.map(|metric| metric.unit.as_str()),
            metric: goal.metric,
            period: goal.period,
            period_start: goal.period_start,
            target: goal.target,
            updated_at: goal.updated_at,
        }
    }
}

/// The goals of a range.
#[derive(Serialize, ToSchema)]
struct GoalsTold {
    /// The days that the goals' periods begin in.
    period: PeriodTold,
    /// The goals, newest period first.
    goals: Vec<GoalTold>,
}

/// What the shop and its people aim at
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/goals",
    operation_id = "listGoals",
    tag = "goals",
    params(("shop_id" = i64, Path, description = "The shop"), GoalQuery),
    responses((status = 200, description = "The goals", body = ShopAnswer<GoalsTold>))
)]
async fn goals(at: AtShop, query: Query<GoalQuery>) -> Result<ShopAnswer<GoalsTold>, Problem> {
    let dates = (query.start_date, query.end_date);
    let range = asked(query.range, dates, Period::YearToDate)?;
    let now = at.app.clock.now();
    // Asked for every day that may be today in the shop; cut by its own below.
    let todays = possible_todays(now);
    let from = todays.iter().map(|today| range.days(*today).0).min();
    let to = todays.iter().map(|today| range.days(*today).1).max();
    let reading = Goals {
        shop: at.shop,
        now,
        from: from.unwrap_or(Date::MIN),
        to: to.unwrap_or(Date::MAX),
        scope: query.scope.map(|scope| scope.as_str().to_owned()),
    };
    let found = at.find(&reading).await?;
    let (first, last) = range.days(found.shop.today);
    let period = PeriodTold::new(range.as_str(), first, last);
    let shop = found.shop.clone();
    let answer = at.of_shop(found, |goals| GoalsTold {
        period,
        goals: goals
            .into_iter()
            .filter(|goal| (first..=last).contains(&goal.period_start))
            .map(|goal| GoalTold::new(&shop, goal))
            .collect(),
    });
    Ok(answer.max_age(0))
}

/// A goal to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGoal {
    /// Whose.
    scope: Scope,
    /// The vendor's employee number, for an advisor or technician.
    subject_id: Option<i64>,
    /// Name in the metric catalogue.
    metric: String,
    /// How long it runs.
    period: GoalPeriod,
    /// First day of the period, in the shop's zone: a Monday, the first of a month.
    #[schema(value_type = String, format = Date)]
    period_start: Day,
    /// What is aimed at (decimal text in the metric's unit, money in cents).
    #[schema(pattern = "^-?[0-9]{1,12}(\\.[0-9]{1,4})?$")]
    target: String,
}

/// Which goal to take back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GoalKeyQuery {
    /// Whose.
    scope: Scope,
    /// The vendor's employee number, for an advisor or technician.
    #[param(minimum = 1)]
    subject_id: Option<i64>,
    /// Name in the metric catalogue.
    metric: String,
    /// How long it runs.
    period: GoalPeriod,
    /// First day of the period, in the shop's zone.
    #[param(value_type = String, format = Date)]
    period_start: Day,
}

/// What was written.
#[derive(Serialize, ToSchema)]
struct GoalWritten {
    /// It did not exist before.
    is_new: bool,
}

fn key(
    at: &AtShop,
    (scope, subject_id): (Scope, Option<i64>),
    metric: &str,
    (period, start): (GoalPeriod, Day),
) -> Result<GoalKey, Problem> {
    if catalogue::find(metric).is_none() {
        return Err(Problem::parameter(
            "metric",
            "is no name of the catalogue; see /api/v1/metrics",
        ));
    }
    if (scope == Scope::Shop) != subject_id.is_none() || subject_id.is_some_and(|id| id <= 0) {
        return Err(Problem::parameter(
            "subject_id",
            "names the advisor or technician, and stands there only",
        ));
    }
    if !period.begins_on(start.0) {
        return Err(Problem::parameter(
            "period_start",
            "a week begins on a Monday, a month on its first day",
        ));
    }
    Ok(GoalKey {
        shop: at.shop,
        scope: scope.as_str().to_owned(),
        subject_id,
        metric: metric.to_owned(),
        period: period.as_str().to_owned(),
        period_start: start.0,
    })
}

/// A plain decimal of at most four places: PostgreSQL would take `1e5` and `NaN` too.
pub(super) fn is_plain_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(w, f)| (w, Some(f)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.len() <= TARGET_LIMIT
        && whole.len() <= 12
        && all_digits(whole)
        && fraction.is_none_or(|part| part.len() <= 4 && all_digits(part))
}

fn is_target(text: &str, unit: Unit) -> bool {
    let is_whole = matches!(unit, Unit::Cents | Unit::CentsPerHour | Unit::Count);
    is_plain_decimal(text) && !(is_whole && text.contains('.'))
}

/// Sets a goal, or changes its target; for owners and managers
#[utoipa::path(
    put,
    path = "/shops/{shop_id}/goals",
    operation_id = "putGoal",
    tag = "goals",
    params(("shop_id" = i64, Path, description = "The shop")),
    request_body = NewGoal,
    responses((status = 200, description = "It is set", body = PlainAnswer<GoalWritten>))
)]
async fn put_goal(
    at: Managed<Write>,
    Body(goal): Body<NewGoal>,
) -> Result<PlainAnswer<GoalWritten>, Problem> {
    let key = key(
        &at,
        (goal.scope, goal.subject_id),
        &goal.metric,
        (goal.period, goal.period_start),
    )?;
    if !is_measured(goal.scope.as_str(), &goal.metric) {
        return Err(Problem::parameter(
            "metric",
            "is not measured of an advisor or a technician; set it for the shop",
        ));
    }
    let unit = catalogue::find(&goal.metric).map_or(Unit::Count, |metric| metric.unit);
    if !is_target(&goal.target, unit) {
        return Err(Problem::parameter(
            "target",
            "is a decimal text in the metric's unit; cents and counts are whole",
        ));
    }
    let writing = PutGoal {
        key,
        target: goal.target,
        now: at.app.clock.now(),
    };
    let written = at.app.door.write(at.caller.user, &writing).await?;
    let is_new = written.ok_or_else(Problem::not_found)?;
    Ok(at.plain(GoalWritten { is_new }))
}

/// Takes a goal back; for owners and managers
#[utoipa::path(
    delete,
    path = "/shops/{shop_id}/goals",
    operation_id = "deleteGoal",
    tag = "goals",
    params(("shop_id" = i64, Path, description = "The shop"), GoalKeyQuery),
    responses((status = 204, description = "It is gone"))
)]
async fn delete_goal(
    at: Managed<Write>,
    query: Query<GoalKeyQuery>,
) -> Result<StatusCode, Problem> {
    let key = key(
        &at,
        (query.scope, query.subject_id),
        &query.metric,
        (query.period, query.period_start),
    )?;
    let gone = at
        .app
        .door
        .write(at.caller.user, &DeleteGoal { key })
        .await?;
    if gone {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::is_target;
    use domain::metric::Unit;

    #[test]
    fn targets_are_plain_decimals() {
        for (text, unit, good) in [
            ("200000", Unit::Cents, true),
            ("52.5", Unit::Percent, true),
            ("0.25", Unit::Hours, true),
            ("200000.5", Unit::Cents, false),
            ("NaN", Unit::Percent, false),
            ("1e5", Unit::Cents, false),
            ("", Unit::Cents, false),
            ("1.", Unit::Percent, false),
            ("1234567890123", Unit::Cents, false),
        ] {
            assert_eq!(is_target(text, unit), good, "{text}");
        }
    }
}
