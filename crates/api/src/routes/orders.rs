//! Lists of repair orders, in pages that stay stable while orders arrive.

use super::range::{RangeName, asked};
use super::told::{PercentTold, hours, per_hour, percent};
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Day, Limit, Query};
use crate::error::Problem;
use crate::paging::Paging;
use domain::period::Period;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::read::orders::{AllOrders, OrderRow, PostedFilter, PostedOrders, Rank, RankedOrders};
use store::read::{OfShop, Spans};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(orders))
}

/// Which orders a list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Basis {
    /// Those posted in the range: what its figures are made of.
    #[default]
    Posted,
    /// Those in any state; the range does not apply.
    All,
}

/// How a list of posted orders is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderSort {
    /// Newest posted day first.
    #[default]
    Date,
    /// Largest committed sales first.
    Revenue,
    /// Largest gross profit first.
    Profit,
}

/// The class of a posted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClassName {
    /// Nothing was paid.
    NoCharge,
    /// At or below the shop's threshold.
    LowMargin,
    /// On a warranty label or category.
    Label,
    /// The rest.
    Normal,
}

impl ClassName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NoCharge => "no_charge",
            Self::LowMargin => "low_margin",
            Self::Label => "label",
            Self::Normal => "normal",
        }
    }
}

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum StatusName {
    /// An estimate.
    Estimate,
    /// Being worked on.
    WorkInProgress,
    /// Work done, not billed.
    Complete,
    /// Put aside.
    SavedForLater,
    /// Closed to the books.
    Posted,
    /// Closed to the books, on account.
    AccRecv,
    /// A state we do not know.
    Unknown,
}

impl StatusName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Estimate => "ESTIMATE",
            Self::WorkInProgress => "WORKINPROGRESS",
            Self::Complete => "COMPLETE",
            Self::SavedForLater => "SAVEDFORLATER",
            Self::Posted => "POSTED",
            Self::AccRecv => "ACCRECV",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// Which orders, in which order.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OrderQuery {
    /// Posted orders of a range, or orders in any state.
    #[param(inline)]
    basis: Option<Basis>,
    /// Which days; `custom` where only dates are given; today where it is left out.
    #[serde(alias = "range_type")]
    #[param(inline)]
    range: Option<RangeName>,
    /// First day of a custom range, in the shop's zone.
    #[param(value_type = Option<String>, format = Date)]
    start_date: Option<Day>,
    /// Last day of a custom range, counted.
    #[param(value_type = Option<String>, format = Date)]
    end_date: Option<Day>,
    /// Order of a list of posted orders.
    #[param(inline)]
    sort_by: Option<OrderSort>,
    /// One advisor's, by the vendor's employee number.
    #[param(minimum = 1)]
    advisor_id: Option<i64>,
    /// One class of posted orders.
    #[param(inline)]
    class: Option<ClassName>,
    /// One state; with basis=all.
    #[param(inline)]
    status: Option<StatusName>,
    /// One customer's, by the vendor's number; with basis=all.
    #[param(minimum = 1)]
    customer_id: Option<i64>,
    /// One printed number; with basis=all.
    #[param(minimum = 1)]
    ro_number: Option<i64>,
    /// Rows of a page, 1 to 1000; 50 where it is left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

impl OrderQuery {
    /// What does not belong together is refused, so that no filter is silently passed over.
    fn check(&self) -> Result<(), Problem> {
        let given = |is_given: bool, name: &'static str| is_given.then_some(name);
        let misplaced = match self.basis.unwrap_or_default() {
            Basis::Posted => given(self.status.is_some(), "status")
                .or(given(self.customer_id.is_some(), "customer_id"))
                .or(given(self.ro_number.is_some(), "ro_number")),
            Basis::All => given(self.range.is_some(), "range")
                .or(given(self.start_date.is_some(), "start_date"))
                .or(given(self.end_date.is_some(), "end_date"))
                .or(given(self.sort_by.is_some(), "sort_by"))
                .or(given(self.class.is_some(), "class")),
        };
        match misplaced {
            Some(name) => Err(Problem::parameter(
                name,
                "does not belong to this basis; see /openapi.json",
            )),
            None => Ok(()),
        }
    }

    fn posted(&self, at: &AtShop) -> Result<PostedFilter, Problem> {
        let dates = (self.start_date, self.end_date);
        let range = asked(self.range, dates, Period::Today)?;
        Ok(PostedFilter {
            shop: at.shop,
            spans: Spans::new(at.app.clock.now(), range, None),
            advisor: self.advisor_id,
            class: self.class.map(|class| class.as_str().to_owned()),
        })
    }

    fn all(&self, at: &AtShop) -> AllOrders {
        AllOrders {
            shop: at.shop,
            now: at.app.clock.now(),
            statuses: self.status.map(|status| vec![status.as_str().to_owned()]),
            advisor: self.advisor_id,
            customer: self.customer_id,
            number: self.ro_number,
            after_id: i64::MAX,
            limit: None,
        }
    }
}

/// AUTHORIZED figures of an order.
#[derive(Serialize, ToSchema)]
struct OrderAuthorized {
    /// Committed sales before tax (cents).
    net_sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of committed sales.
    #[schema(value_type = Option<f64>)]
    gp_percent: Option<PercentTold>,
    /// Gross profit per billed hour (cents).
    gp_per_hour_cents: Option<i64>,
    /// Parts, labour and sublets before fees, discounts, tax (cents).
    gross_sales_cents: i64,
    /// Fees (cents).
    fees_cents: i64,
    /// Discounts (cents).
    discounts_cents: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Accepted jobs (count).
    job_count: i64,
}

/// POTENTIAL figures of an order.
#[derive(Serialize, ToSchema)]
struct OrderPotential {
    /// Everything on the estimate before tax (cents).
    potential_sales_cents: i64,
    /// Work not decided yet (cents).
    pending_cents: i64,
    /// Work refused (cents).
    declined_cents: i64,
    /// Jobs on the estimate (count).
    potential_job_count: i64,
    /// Jobs not decided yet (count).
    pending_job_count: i64,
    /// Jobs refused (count).
    declined_job_count: i64,
}

/// How far the cost of an order is known.
#[derive(Serialize, ToSchema)]
struct CostQuality {
    /// Part lines without a cost, which count as costing nothing (count).
    missing_cost_count: i64,
    /// Labour lines at their technician's own rate (count).
    labor_lines_assigned: i64,
    /// Labour lines at the shop's average (count).
    labor_lines_shop_avg: i64,
    /// Labour lines at the shop's default (count).
    labor_lines_default: i64,
}

/// An order of a list.
#[derive(Serialize, ToSchema)]
struct OrderTold {
    /// The vendor's number in its database; the path of the drill-down.
    id: i64,
    /// Number printed for the customer.
    ro_number: i64,
    /// State.
    status: String,
    /// Day its money counts on, in the shop's zone.
    #[schema(value_type = Option<String>, format = Date)]
    posted_on: Option<Date>,
    /// Created at the vendor.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    /// Last changed at the vendor.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// Who sold the work.
    advisor_id: Option<i64>,
    /// His name.
    advisor_name: Option<String>,
    /// Customer.
    customer_id: Option<i64>,
    /// His name; null for callers who may not see personal data.
    customer_name: Option<String>,
    /// Year, make, model.
    vehicle: Option<String>,
    /// `no_charge`, `low_margin`, `label`, `normal`; null while not posted.
    class: Option<String>,
    /// AUTHORIZED figures.
    authorized: OrderAuthorized,
    /// POTENTIAL figures.
    potential: OrderPotential,
    /// How far the cost is known.
    cost_quality: CostQuality,
    /// Our committed sales less the vendor's (cents); expected 0, null where it gives none.
    revenue_variance_cents: Option<i64>,
}

impl From<OrderRow> for OrderTold {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id.0,
            ro_number: row.number,
            status: row.status,
            posted_on: row.posted_on,
            created_at: row.created_at,
            updated_at: row.updated_at,
            advisor_id: row.advisor_id.map(|id| id.0),
            advisor_name: row.advisor_name,
            customer_id: row.customer_id.map(|id| id.0),
            customer_name: row.customer_name,
            vehicle: row.vehicle,
            class: row.class,
            authorized: OrderAuthorized {
                net_sales_cents: row.net_sales,
                cost_cents: row.cost,
                gross_profit_cents: row.profit,
                gp_percent: percent(row.profit, row.net_sales),
                gp_per_hour_cents: per_hour(row.profit, row.hours),
                gross_sales_cents: row.gross_sales,
                fees_cents: row.fees,
                discounts_cents: row.discounts,
                billed_hours: hours(row.hours),
                job_count: row.authorized_jobs,
            },
            potential: OrderPotential {
                potential_sales_cents: row.potential,
                pending_cents: row.pending,
                declined_cents: row.declined,
                potential_job_count: row.potential_jobs,
                pending_job_count: row.pending_jobs,
                declined_job_count: row.declined_jobs,
            },
            cost_quality: CostQuality {
                missing_cost_count: row.missing_costs,
                labor_lines_assigned: row.lines_assigned,
                labor_lines_shop_avg: row.lines_shop_avg,
                labor_lines_default: row.lines_default,
            },
            revenue_variance_cents: row.revenue_variance,
        }
    }
}

/// Where a page of orders ended: a day or an amount, and the order.
#[derive(Serialize, Deserialize)]
enum Position {
    Day(Date, i64),
    Amount(i64, i64),
    Id(i64),
}

/// Repair orders, in pages that stay stable while orders arrive
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/ros",
    operation_id = "listOrders",
    tag = "orders",
    params(("shop_id" = i64, Path, description = "The shop"), OrderQuery),
    responses((status = 200, description = "A page of orders", body = ShopAnswer<Vec<OrderTold>>))
)]
async fn orders(
    at: AtShop,
    query: Query<OrderQuery>,
) -> Result<ShopAnswer<Vec<OrderTold>>, Problem> {
    query.check()?;
    let paging = query.paging(&at, query.limit, query.cursor.as_deref())?;
    let after: Option<Position> = paging.after()?;
    let rank = match query.sort_by.unwrap_or_default() {
        OrderSort::Date => None,
        OrderSort::Revenue => Some(Rank::NetSales),
        OrderSort::Profit => Some(Rank::GrossProfit),
    };
    match (query.basis.unwrap_or_default(), rank) {
        (Basis::All, _) => {
            let reading = AllOrders {
                after_id: match after {
                    Some(Position::Id(id)) => id,
                    _ => i64::MAX,
                },
                limit: Some(paging.fetch()),
                ..query.all(&at)
            };
            let found = at.find(&reading).await?;
            Ok(told(&at, &paging, found, |row| Position::Id(row.id.0)))
        }
        (Basis::Posted, None) => {
            let (after_day, after_id) = match after {
                Some(Position::Day(day, id)) => (day, id),
                _ => (Date::MAX, i64::MAX),
            };
            let reading = PostedOrders {
                filter: query.posted(&at)?,
                after_day,
                after_id,
                limit: Some(paging.fetch()),
            };
            let found = at.find(&reading).await?;
            Ok(told(&at, &paging, found, |row| {
                Position::Day(row.posted_on.unwrap_or(Date::MIN), row.id.0)
            }))
        }
        (Basis::Posted, Some(rank)) => {
            let (after_amount, after_id) = match after {
                Some(Position::Amount(amount, id)) => (amount, id),
                _ => (i64::MAX, i64::MAX),
            };
            let reading = RankedOrders {
                filter: query.posted(&at)?,
                rank,
                after_amount,
                after_id,
                limit: Some(paging.fetch()),
            };
            let found = at.find(&reading).await?;
            Ok(told(&at, &paging, found, |row| {
                Position::Amount(rank.of(row), row.id.0)
            }))
        }
    }
}

fn told(
    at: &AtShop,
    paging: &Paging,
    found: OfShop<Vec<OrderRow>>,
    position: impl FnOnce(&OrderRow) -> Position,
) -> ShopAnswer<Vec<OrderTold>> {
    let page = paging.page(found.content, position);
    at.page_of_shop(found.shop, page, OrderTold::from)
}
