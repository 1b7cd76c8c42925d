//! Advisors and technicians: leaderboards, and one person's days.

use super::range::{PeriodQuery, PeriodTold, RangeName, asked};
use super::told::{PercentTold, hours, per_hour, percent};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Day, Query};
use crate::error::Problem;
use domain::EmployeeId;
use domain::period::Period;
use domain::ratio::average;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::sync::Arc;
use store::read::Spans;
use store::read::people::{
    AdvisorDays, AdvisorSums, Advisors, Person, PersonSums, TechnicianDays, TechnicianSums,
    Technicians,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(advisors))
        .routes(routes!(advisor))
        .routes(routes!(technicians))
        .routes(routes!(technician))
}

/// By what advisors are ranked, largest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AdvisorSort {
    /// Committed sales.
    #[default]
    Sales,
    /// Gross profit.
    Gp,
    /// Gross profit in percent; advisors without sales last.
    GpPct,
    /// Committed sales per order.
    Aro,
    /// Orders.
    RoCount,
}

/// A range of the shop's days and an order.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AdvisorQuery {
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
    /// By what they are ranked; by sales where it is left out.
    sort_by: Option<AdvisorSort>,
}

/// AUTHORIZED figures of what an advisor sold.
#[derive(Serialize, ToSchema)]
struct AdvisorFigures {
    /// Posted orders (count).
    ro_count: i64,
    /// Accepted jobs (count).
    job_count: i64,
    /// Committed sales (cents).
    net_sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of committed sales.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Committed sales per order (cents).
    aro_cents: Option<i64>,
    /// Committed sales per job (cents).
    avg_job_value_cents: Option<i64>,
    /// Parts (cents).
    parts_cents: i64,
    /// Labour (cents).
    labor_cents: i64,
    /// Sublets (cents).
    sublets_cents: i64,
    /// Fees (cents).
    fees_cents: i64,
    /// Discounts (cents).
    discounts_cents: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Gross profit per billed hour (cents).
    gp_per_hour_cents: Option<i64>,
}

impl From<&AdvisorSums> for AdvisorFigures {
    fn from(sums: &AdvisorSums) -> Self {
        Self {
            ro_count: sums.ro_count,
            job_count: sums.job_count,
            net_sales_cents: sums.net_sales,
            cost_cents: sums.cost,
            gross_profit_cents: sums.profit,
            gp_percent: percent(sums.profit, sums.net_sales),
            aro_cents: average(sums.net_sales, sums.ro_count),
            avg_job_value_cents: average(sums.net_sales, sums.job_count),
            parts_cents: sums.parts,
            labor_cents: sums.labor,
            sublets_cents: sums.sublets,
            fees_cents: sums.fees,
            discounts_cents: sums.discounts,
            billed_hours: hours(sums.hours),
            gp_per_hour_cents: per_hour(sums.profit, sums.hours),
        }
    }
}

/// An advisor of a leaderboard.
#[derive(Serialize, ToSchema)]
struct AdvisorTold {
    /// Place, 1 is first.
    rank: usize,
    /// The vendor's employee number; null for orders without an advisor.
    advisor_id: Option<i64>,
    /// Name; "Unassigned" for orders without an advisor, null for an employee not known yet.
    name: Option<String>,
    /// AUTHORIZED figures.
    authorized: AdvisorFigures,
}

/// A leaderboard of a range.
#[derive(Serialize, ToSchema)]
struct AdvisorsTold {
    /// The days.
    period: PeriodTold,
    /// By what they are ranked.
    sort_by: AdvisorSort,
    /// The advisors.
    advisors: Vec<AdvisorTold>,
}

fn name_of(person: &Person) -> Option<String> {
    match (person.id, &person.name) {
        (None, _) => Some("Unassigned".to_owned()),
        (Some(_), name) => name.clone(),
    }
}

/// Largest first, those without a figure last, ties by name and number.
fn ranked(rows: &mut [PersonSums<AdvisorSums>], sort: AdvisorSort) {
    let figure = |sums: &AdvisorSums| match sort {
        AdvisorSort::Sales => Some(sums.net_sales),
        AdvisorSort::Gp => Some(sums.profit),
        AdvisorSort::GpPct => domain::ratio::Percent::of(sums.profit, sums.net_sales)
            .map(domain::ratio::Percent::hundredths),
        AdvisorSort::Aro => average(sums.net_sales, sums.ro_count),
        AdvisorSort::RoCount => Some(sums.ro_count),
    };
    rows.sort_by_key(|row| {
        (
            Reverse(figure(&row.sums)),
            name_of(&row.person),
            row.person.id,
        )
    });
}

/// The advisors of a range, ranked
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/advisors",
    operation_id = "listAdvisors",
    tag = "people",
    params(("shop_id" = i64, Path, description = "The shop"), AdvisorQuery),
    responses((status = 200, description = "The leaderboard", body = ShopAnswer<AdvisorsTold>))
)]
async fn advisors(
    at: AtShop,
    query: Query<AdvisorQuery>,
) -> Result<ShopAnswer<AdvisorsTold>, Problem> {
    let dates = (query.start_date, query.end_date);
    let range = asked(query.range, dates, Period::MonthToDate)?;
    let sort_by = query.sort_by.unwrap_or_default();
    let reading = Advisors {
        shop: at.shop,
        spans: Spans::new(at.app.clock.now(), range, None),
    };
    let mut found = at.find(&reading).await?;
    ranked(&mut found.content, sort_by);
    let period = PeriodTold::of(range, found.shop.today);
    Ok(at.of_shop(found, |rows| AdvisorsTold {
        period,
        sort_by,
        advisors: rows
            .iter()
            .enumerate()
            .map(|(place, row)| AdvisorTold {
                rank: place + 1,
                advisor_id: row.person.id.map(|id| id.0),
                name: name_of(&row.person),
                authorized: AdvisorFigures::from(&row.sums),
            })
            .collect(),
    }))
}

/// An advisor's day.
#[derive(Serialize, ToSchema)]
struct AdvisorDayTold {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// AUTHORIZED figures.
    authorized: AdvisorFigures,
}

/// One advisor's range.
#[derive(Serialize, ToSchema)]
struct AdvisorDetail {
    /// The vendor's employee number.
    advisor_id: Option<i64>,
    /// Name.
    name: Option<String>,
    /// The days.
    period: PeriodTold,
    /// AUTHORIZED figures of the whole range.
    authorized: AdvisorFigures,
    /// The days with orders, earliest first.
    days: Vec<AdvisorDayTold>,
}

/// One advisor's range and days
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/advisors/{advisor_id}",
    operation_id = "getAdvisor",
    tag = "people",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("advisor_id" = i64, Path, description = "The vendor's employee number"),
        PeriodQuery
    ),
    responses((status = 200, description = "The advisor", body = ShopAnswer<AdvisorDetail>))
)]
async fn advisor(
    at: AtShop,
    query: Query<PeriodQuery>,
) -> Result<ShopAnswer<AdvisorDetail>, Problem> {
    let (range, spans) = query.spans(&at.app, Period::MonthToDate)?;
    let reading = AdvisorDays {
        shop: at.shop,
        spans,
        advisor: EmployeeId(at.id("advisor_id")?),
    };
    let found = at.find(&reading).await?;
    let period = PeriodTold::of(range, found.shop.today);
    Ok(at.of_shop(found, |content| {
        let sum = |one: fn(&AdvisorSums) -> i64| content.days.iter().map(|(_, s)| one(s)).sum();
        let whole = AdvisorSums {
            ro_count: sum(|s| s.ro_count),
            job_count: sum(|s| s.job_count),
            net_sales: sum(|s| s.net_sales),
            cost: sum(|s| s.cost),
            profit: sum(|s| s.profit),
            parts: sum(|s| s.parts),
            labor: sum(|s| s.labor),
            sublets: sum(|s| s.sublets),
            fees: sum(|s| s.fees),
            discounts: sum(|s| s.discounts),
            hours: sum(|s| s.hours),
        };
        let days = content.days.iter().map(|(date, sums)| AdvisorDayTold {
            date: *date,
            authorized: AdvisorFigures::from(sums),
        });
        AdvisorDetail {
            advisor_id: content.person.id.map(|id| id.0),
            name: content.person.name.clone(),
            period,
            authorized: AdvisorFigures::from(&whole),
            days: days.collect(),
        }
    }))
}

/// AUTHORIZED figures of a technician's labour. What an hour costs is null for callers who may not see pay.
#[derive(Serialize, ToSchema)]
struct TechnicianFigures {
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Labour (cents).
    labor_cents: i64,
    /// Cost of labour (cents).
    labor_cost_cents: Option<i64>,
    /// Labour less its cost (cents).
    labor_profit_cents: Option<i64>,
    /// Labour profit in percent of labour.
    #[schema(value_type = Option<f64>)]
    labor_gp_percent: Option<PercentTold>,
    /// Labour per billed hour (cents).
    effective_rate_cents: Option<i64>,
    /// Cost per billed hour (cents).
    cost_per_hour_cents: Option<i64>,
    /// Labour profit per billed hour (cents).
    gp_per_hour_cents: Option<i64>,
    /// Jobs worked on (count).
    job_count: i64,
    /// Orders worked on (count).
    ro_count: i64,
    /// Labour lines by where their cost rate came from; null likewise.
    rate_sources: Option<RateSources>,
}

/// Labour lines by where their cost rate came from (count).
#[derive(Serialize, ToSchema)]
struct RateSources {
    /// The technician's own rate.
    assigned: i64,
    /// The shop's average.
    shop_avg: i64,
    /// The shop's default.
    default: i64,
}

impl From<&TechnicianSums> for TechnicianFigures {
    fn from(sums: &TechnicianSums) -> Self {
        let profit = sums.labor_cost.map(|cost| sums.labor - cost);
        Self {
            billed_hours: hours(sums.hours),
            labor_cents: sums.labor,
            labor_cost_cents: sums.labor_cost,
            labor_profit_cents: profit,
            labor_gp_percent: profit.and_then(|profit| percent(profit, sums.labor)),
            effective_rate_cents: per_hour(sums.labor, sums.hours),
            cost_per_hour_cents: sums.labor_cost.and_then(|cost| per_hour(cost, sums.hours)),
            gp_per_hour_cents: profit.and_then(|profit| per_hour(profit, sums.hours)),
            job_count: sums.jobs,
            ro_count: sums.ros,
            rate_sources: sums.labor_cost.map(|_| RateSources {
                assigned: sums.lines_assigned,
                shop_avg: sums.lines_shop_avg,
                default: sums.lines_default,
            }),
        }
    }
}

/// A technician.
#[derive(Serialize, ToSchema)]
struct TechnicianTold {
    /// The vendor's employee number; null for labour without a technician.
    technician_id: Option<i64>,
    /// Name; "Unassigned" for labour without a technician, null for an employee not known yet.
    name: Option<String>,
    /// AUTHORIZED figures.
    authorized: TechnicianFigures,
}

/// The technicians of a range.
#[derive(Serialize, ToSchema)]
struct TechniciansTold {
    /// The days.
    period: PeriodTold,
    /// The technicians, most billed hours first; a technician sees himself only.
    technicians: Vec<TechnicianTold>,
}

/// The technicians of a range, by billed hours
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/techs",
    operation_id = "listTechnicians",
    tag = "people",
    params(("shop_id" = i64, Path, description = "The shop"), PeriodQuery),
    responses((status = 200, description = "The technicians", body = ShopAnswer<TechniciansTold>))
)]
async fn technicians(
    at: AtShop,
    query: Query<PeriodQuery>,
) -> Result<ShopAnswer<TechniciansTold>, Problem> {
    let (range, spans) = query.spans(&at.app, Period::MonthToDate)?;
    let shop = at.shop;
    let mut found = at.find(&Technicians { shop, spans }).await?;
    found
        .content
        .sort_by_key(|row| (Reverse(row.sums.hours), row.person.id));
    let period = PeriodTold::of(range, found.shop.today);
    Ok(at.of_shop(found, |rows| TechniciansTold {
        period,
        technicians: rows
            .iter()
            .map(|row| TechnicianTold {
                technician_id: row.person.id.map(|id| id.0),
                name: name_of(&row.person),
                authorized: TechnicianFigures::from(&row.sums),
            })
            .collect(),
    }))
}

/// A technician's day.
#[derive(Serialize, ToSchema)]
struct TechnicianDayTold {
    /// Which, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// AUTHORIZED figures.
    authorized: TechnicianFigures,
}

/// One technician's range.
#[derive(Serialize, ToSchema)]
struct TechnicianDetail {
    /// The vendor's employee number.
    technician_id: Option<i64>,
    /// Name.
    name: Option<String>,
    /// The days.
    period: PeriodTold,
    /// AUTHORIZED figures of the whole range.
    authorized: TechnicianFigures,
    /// The days with labour, earliest first.
    days: Vec<TechnicianDayTold>,
}

fn whole(days: &[(Date, TechnicianSums)]) -> TechnicianSums {
    let sum = |one: fn(&TechnicianSums) -> i64| days.iter().map(|(_, s)| one(s)).sum();
    TechnicianSums {
        hours: sum(|s| s.hours),
        labor: sum(|s| s.labor),
        // None as soon as one day's cost is not for the caller's eyes.
        labor_cost: days.iter().map(|(_, s)| s.labor_cost).sum(),
        jobs: sum(|s| s.jobs),
        ros: sum(|s| s.ros),
        lines_assigned: sum(|s| s.lines_assigned),
        lines_shop_avg: sum(|s| s.lines_shop_avg),
        lines_default: sum(|s| s.lines_default),
    }
}

/// One technician's range and days
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/techs/{technician_id}",
    operation_id = "getTechnician",
    tag = "people",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("technician_id" = i64, Path, description = "The vendor's employee number"),
        PeriodQuery
    ),
    responses((status = 200, description = "The technician", body = ShopAnswer<TechnicianDetail>))
)]
async fn technician(
    at: AtShop,
    query: Query<PeriodQuery>,
) -> Result<ShopAnswer<TechnicianDetail>, Problem> {
    let (range, spans) = query.spans(&at.app, Period::MonthToDate)?;
    let reading = TechnicianDays {
        shop: at.shop,
        spans,
        technician: EmployeeId(at.id("technician_id")?),
    };
    let found = at.find(&reading).await?;
    let period = PeriodTold::of(range, found.shop.today);
    Ok(at.of_shop(found, |content| {
        let days = content.days.iter().map(|(date, sums)| TechnicianDayTold {
            date: *date,
            authorized: TechnicianFigures::from(sums),
        });
        TechnicianDetail {
            technician_id: content.person.id.map(|id| id.0),
            name: content.person.name.clone(),
            period,
            authorized: TechnicianFigures::from(&whole(&content.days)),
            days: days.collect(),
        }
    }))
}
