//! Posted orders by class: work that was paid, work given away, work on a warranty label.

use super::range::{PeriodTold, RangeName, asked};
use super::told::{PercentTold, hours, per_hour, percent};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Day, Query};
use crate::error::Problem;
use domain::period::Period;
use domain::ratio::average;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::read::Spans;
use store::read::warranty::{ClassSums, Warranty};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(warranty))
}

/// A range of the shop's days, with or without warranty work.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WarrantyQuery {
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
    /// Leave everything but class `normal` out of the summary; true where it is left out.
    exclude_warranty: Option<bool>,
}

/// AUTHORIZED figures of some posted orders.
#[derive(Serialize, ToSchema)]
struct ClassFigures {
    /// Orders (count).
    ro_count: i64,
    /// Committed sales (cents).
    net_sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of committed sales.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Committed sales per order (cents).
    aro_cents: Option<i64>,
    /// Gross profit per billed hour (cents).
    gp_per_hour_cents: Option<i64>,
}

impl From<&ClassSums> for ClassFigures {
    fn from(sums: &ClassSums) -> Self {
        Self {
            ro_count: sums.ro_count,
            net_sales_cents: sums.net_sales,
            cost_cents: sums.cost,
            gross_profit_cents: sums.profit,
            gp_percent: percent(sums.profit, sums.net_sales),
            billed_hours: hours(sums.hours),
            aro_cents: average(sums.net_sales, sums.ro_count),
            gp_per_hour_cents: per_hour(sums.profit, sums.hours),
        }
    }
}

/// One class.
#[derive(Serialize, ToSchema)]
struct ClassTold {
    /// `no_charge`: nothing was paid; `low_margin`: at or below the shop's threshold; `label`: on a warranty label or
    /// category; `normal`: the rest.
    class: String,
    /// AUTHORIZED figures of its orders.
    authorized: ClassFigures,
}

/// Posted orders by class.
#[derive(Serialize, ToSchema)]
struct WarrantyTold {
    /// The days.
    period: PeriodTold,
    /// What the summary holds: `normal` or `all`.
    filter: &'static str,
    /// AUTHORIZED figures after the filter.
    authorized: ClassFigures,
    /// Posted orders of the range (count).
    total_ros_in_period: i64,
    /// Of these left out (count).
    excluded_ros: i64,
    /// The classes that occur.
    classes: Vec<ClassTold>,
}

fn sum<'a>(classes: impl Iterator<Item = &'a ClassSums>) -> ClassSums {
    classes.fold(ClassSums::default(), |mut all, class| {
        all.ro_count += class.ro_count;
        all.net_sales += class.net_sales;
        all.cost += class.cost;
        all.profit += class.profit;
        all.hours += class.hours;
        all
    })
}

/// Posted orders of a range by class: paid, low margin, given away, warranty
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/kpi/warranty",
    operation_id = "kpiWarranty",
    tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop"), WarrantyQuery),
    responses((status = 200, description = "The figures with and without", body = ShopAnswer<WarrantyTold>))
)]
async fn warranty(
    at: AtShop,
    query: Query<WarrantyQuery>,
) -> Result<ShopAnswer<WarrantyTold>, Problem> {
    let dates = (query.start_date, query.end_date);
    let range = asked(query.range, dates, Period::MonthToDate)?;
    let excludes = query.exclude_warranty.unwrap_or(true);
    let reading = Warranty {
        shop: at.shop,
        spans: Spans::new(at.app.clock.now(), range, None),
    };
    let found = at.find(&reading).await?;
    Ok(at.of_shop(found, |content| {
        let classes = &content.classes;
        let shown = sum(classes.iter().filter(|c| !excludes || c.class == "normal"));
        let total = sum(classes.iter()).ro_count;
        WarrantyTold {
            period: PeriodTold::new(range.as_str(), content.from, content.to),
            filter: if excludes { "normal" } else { "all" },
            total_ros_in_period: total,
            excluded_ros: total - shown.ro_count,
            authorized: ClassFigures::from(&shown),
            classes: classes
                .iter()
                .map(|class| ClassTold {
                    class: class.class.clone(),
                    authorized: ClassFigures::from(class),
                })
                .collect(),
        }
    }))
}
