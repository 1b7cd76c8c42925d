//! Which shops there are, what their figures mean, and how all of them stand.

use super::range::{PeriodQuery, PeriodTold};
use super::told::Figures;
use crate::App;
use crate::answer::PlainAnswer;
use crate::ask::{Query, Signed};
use crate::error::Problem;
use domain::catalogue;
use domain::metric::{Formula, Metric};
use domain::period::Period;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::read::figures::ShopsSummary;
use store::read::shops::{VisibleShop, VisibleShops};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(shops))
        .routes(routes!(shops_summary))
        .routes(routes!(metrics))
}

/// A route without parameters.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NoQuery {}

/// A shop that the caller may see.
#[derive(Serialize, ToSchema)]
struct ShopTold {
    /// Our number.
    shop_id: i64,
    /// Display name.
    name: String,
    /// Organization that owns it.
    organization_id: String,
    /// System of record.
    vendor: String,
    /// The vendor's number of it.
    vendor_account: String,
    /// Physical place.
    location: Option<String>,
    /// IANA zone that decides its days.
    timezone: String,
    /// ISO 4217 code of its amounts.
    currency: String,
    /// Business days, 1 is Monday.
    week_days: Vec<i16>,
    /// The caller's role: owner, manager, advisor, technician, analyst or viewer.
    role: String,
    /// Today in the shop.
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// When its orders were last read to their end; null before the first time.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
}

impl From<VisibleShop> for ShopTold {
    fn from(row: VisibleShop) -> Self {
        Self {
            shop_id: row.shop.shop_id.0,
            name: row.shop.name,
            organization_id: row.organization,
            vendor: row.vendor,
            vendor_account: row.vendor_account,
            location: row.location,
            timezone: row.shop.timezone,
            currency: row.shop.currency,
            week_days: row.shop.week_days.clone(),
            role: row.role,
            today: row.shop.today,
            as_of: row.shop.as_of,
        }
    }
}

/// The shops that the caller may see
#[utoipa::path(
    get,
    path = "/shops",
    operation_id = "listShops",
    tag = "shops",
    params(NoQuery),
    responses((status = 200, description = "The shops, by number", body = PlainAnswer<Vec<ShopTold>>))
)]
async fn shops(signed: Signed, _: Query<NoQuery>) -> Result<PlainAnswer<Vec<ShopTold>>, Problem> {
    let now = signed.app.clock.now();
    let shops = signed.read(&VisibleShops { now }).await?;
    Ok(signed.plain(shops.into_iter().map(ShopTold::from).collect()))
}

/// One shop's figures of a range.
#[derive(Serialize, ToSchema)]
struct ShopFiguresTold {
    /// Our number.
    shop_id: i64,
    /// Display name.
    name: String,
    /// IANA zone of its days.
    timezone: String,
    /// ISO 4217 code of its amounts.
    currency: String,
    /// The days, by the shop's own today.
    period: PeriodTold,
    /// When its orders were last read to their end.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// The figures, by their basis.
    figures: Figures,
}

/// The figures of every shop that the caller may see
#[utoipa::path(
    get,
    path = "/kpi/shops",
    operation_id = "kpiShops",
    tag = "figures",
    params(PeriodQuery),
    responses((status = 200, description = "The shops, by number", body = PlainAnswer<Vec<ShopFiguresTold>>))
)]
async fn shops_summary(
    signed: Signed,
    query: Query<PeriodQuery>,
) -> Result<PlainAnswer<Vec<ShopFiguresTold>>, Problem> {
    let (range, spans) = query.spans(&signed.app, Period::Yesterday)?;
    let shops = signed.read(&ShopsSummary { spans }).await?;
    let told = shops.into_iter().map(|row| ShopFiguresTold {
        shop_id: row.shop.shop_id.0,
        period: PeriodTold::of(range, row.shop.today),
        name: row.shop.name,
        timezone: row.shop.timezone,
        currency: row.shop.currency,
        as_of: row.shop.as_of,
        figures: Figures::from(&row.content.sums),
    });
    Ok(signed.plain(told.collect()))
}

/// What a figure means.
#[derive(Serialize, ToSchema)]
struct MetricTold {
    /// Its name; in answers it may carry the suffix `_cents`.
    name: &'static str,
    /// Heading.
    label: &'static str,
    /// AUTHORIZED, POTENTIAL or DERIVED.
    tag: &'static str,
    /// Unit.
    unit: &'static str,
    /// What it means, one sentence.
    definition: &'static str,
    /// sum, percent or average.
    formula: &'static str,
    /// Sum above the line.
    of: &'static str,
    /// Sum below the line; null on a plain sum.
    by: Option<&'static str>,
}

impl From<&'static Metric> for MetricTold {
    fn from(metric: &'static Metric) -> Self {
        let (formula, of, by) = match metric.formula {
            Formula::Sum(column) => ("sum", column, None),
            Formula::PercentOf(part, whole) => ("percent", part, Some(whole)),
            Formula::AverageOf(sum, count) => ("average", sum, Some(count)),
        };
        Self {
            name: metric.name,
            label: metric.label,
            tag: metric.tag.as_str(),
            unit: metric.unit.as_str(),
            definition: metric.definition,
            formula,
            of,
            by,
        }
    }
}

/// The metric catalogue: every figure with its label, basis, unit and definition
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "listMetrics",
    tag = "shops",
    params(NoQuery),
    responses((status = 200, description = "The catalogue, the owner's figures first", body = PlainAnswer<Vec<MetricTold>>))
)]
async fn metrics(
    signed: Signed,
    _: Query<NoQuery>,
) -> Result<PlainAnswer<Vec<MetricTold>>, Problem> {
    Ok(signed.plain(catalogue::all().map(MetricTold::from).collect()))
}
