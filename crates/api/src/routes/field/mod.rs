//! Measures of a field-service company: what only a company with technicians on the road has.

use super::range::{PeriodTold, RangeName, asked};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Day, Query, Role};
use crate::error::Problem;
use domain::period::Period;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::read::Spans;
use store::read::field::{FieldMeasure, Measure};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(measure))
}

/// A range of the shop's days.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MeasureQuery {
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
}

/// A measure's rows.
#[derive(Serialize, ToSchema)]
struct MeasureTold {
    /// Which measure.
    measure: &'static str,
    /// What it says.
    definition: &'static str,
    /// The days.
    period: PeriodTold,
    /// There are more rows than are given.
    truncated: bool,
    /// Its rows. Names end in their unit: `_cents`, `_s` seconds, `_min` minutes, `_pct` percent; `_on` and `_date` are
    /// days of the tenant.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Value>,
}

const fn definition(measure: Measure) -> &'static str {
    match measure {
        Measure::TechnicianDays => {
            "Technicians' days: utilisation is work inside available time, divided by available time"
        }
        Measure::Revenue => {
            "Income lines by business unit, a job's on the day of its completion, others on the invoice's"
        }
        Measure::JobFlow => "Jobs booked, completed and cancelled, each on its own day",
        Measure::JobCohorts => "What became of the jobs booked on a day",
        Measure::OnTime => {
            "First arrivals against promised windows: on time, divided by all arrivals"
        }
        Measure::FirstTimeFix => {
            "Completed jobs with visits and recalls; rates are taken over mature ones only"
        }
        Measure::Memberships => {
            "Memberships that count at the start of the last day, with their revenue a month in cents"
        }
        Measure::Capacity => {
            "Room left in the windows of the last day; the longest gap decides whether a job fits"
        }
        Measure::TechnicianRevenue => "Job revenue shared by splits, no cent lost",
        Measure::Conversion => {
            "Completed jobs whose invoices reached the job type's threshold, divided by opportunities"
        }
        Measure::Receivables => {
            "Invoices open at the end of the last day, by age; credits stay negative"
        }
        Measure::GrossProfit => {
            "Revenue less parts less labour of completed jobs; complete tells that no cost is unknown"
        }
    }
}

/// One measure of a field-service company over a range of days
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/field/{measure}",
    operation_id = "fieldMeasure",
    tag = "figures",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("measure" = String, Path, description = "technician-days, revenue, job-flow, job-cohorts, on-time, first-time-fix, \
            memberships, capacity, technician-revenue, conversion, receivables or gross-profit"),
        MeasureQuery
    ),
    responses((status = 200, description = "Its rows; none where the shop's vendor is no field-service one",
        body = ShopAnswer<MeasureTold>))
)]
async fn measure(
    at: AtShop,
    query: Query<MeasureQuery>,
) -> Result<ShopAnswer<MeasureTold>, Problem> {
    at.require(at.shop, &Role::MANAGERS, "read").await?;
    let word = at.text("measure");
    let measure = Measure::ALL.into_iter().find(|m| Some(m.as_str()) == word);
    let measure = measure.ok_or_else(Problem::not_found)?;
    let dates = (query.start_date, query.end_date);
    let range = asked(query.range, dates, Period::MonthToDate)?;
    let reading = FieldMeasure {
        shop: at.shop,
        measure,
        spans: Spans::new(at.app.clock.now(), range, None),
    };
    let found = at.find(&reading).await?;
    Ok(at.of_shop(found, |content| MeasureTold {
        measure: measure.as_str(),
        definition: definition(measure),
        period: PeriodTold::new(range.as_str(), content.from, content.to),
        truncated: content.truncated,
        rows: content
            .rows
            .iter()
            .filter_map(|row| serde_json::from_str(row).ok())
            .collect(),
    }))
}
