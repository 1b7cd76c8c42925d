//! One repair order down to its lines, snapshots and what the vendor sent.

use super::lines::{
    DiscountLine, FeeLine, JobTold, OrderIssue, PayloadReference, SnapshotTold, SubletLine,
};
use super::shops::NoQuery;
use super::told::{PercentTold, built, hours, per_hour, percent};
use crate::App;
use crate::answer::{PlainAnswer, ShopAnswer};
use crate::ask::{AtShop, Query};
use crate::error::Problem;
use domain::OrderId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use store::read::order::{Order, OrderDetail, OrderPayload};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(order))
        .routes(routes!(payload))
}

/// AUTHORIZED figures of one order in full.
#[derive(Serialize, ToSchema)]
struct DetailAuthorized {
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
    /// Parts, labour and sublets (cents).
    gross_sales_cents: i64,
    /// Committed sales plus tax (cents).
    invoice_total_cents: i64,
    /// Accepted jobs and sublets without the order's own fees and discounts, as on the estimate (cents).
    authorized_total_cents: i64,
    /// Parts (cents).
    parts_cents: i64,
    /// Their cost (cents).
    parts_cost_cents: i64,
    /// Labour (cents).
    labor_cents: i64,
    /// Its cost (cents).
    labor_cost_cents: i64,
    /// Sublets (cents).
    sublets_cents: i64,
    /// Their cost (cents).
    sublet_cost_cents: i64,
    /// Fees (cents).
    fees_cents: i64,
    /// Discounts (cents).
    discounts_cents: i64,
    /// Tax (cents).
    tax_cents: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Paid by the customer (cents).
    amount_paid_cents: i64,
    /// The vendor's total less what is paid (cents).
    balance_due_cents: i64,
}

/// POTENTIAL figures of one order.
#[derive(Serialize, ToSchema)]
struct DetailPotential {
    /// Everything on the estimate before tax (cents).
    potential_sales_cents: i64,
    /// Work not decided yet (cents).
    pending_cents: i64,
    /// Work refused (cents).
    declined_cents: i64,
}

/// One order down to its lines.
#[derive(Serialize, ToSchema)]
struct DetailTold {
    /// The vendor's number in its database.
    id: i64,
    /// Number printed for the customer.
    ro_number: i64,
    /// State.
    status: String,
    /// Deleted at the vendor; counts nowhere.
    deleted: bool,
    /// The vendor's label.
    label: Option<String>,
    /// The shop's own label.
    custom_label: Option<String>,
    /// Who sold the work.
    advisor_id: Option<i64>,
    /// His name.
    advisor_name: Option<String>,
    /// Customer.
    customer_id: Option<i64>,
    /// His name; null for callers who may not see personal data.
    customer_name: Option<String>,
    /// Year, make, model; likewise.
    vehicle: Option<String>,
    /// Created at the vendor.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    /// Last changed at the vendor.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// Promised to the customer.
    #[schema(value_type = Option<String>, format = DateTime)]
    promised_at: Option<Timestamp>,
    /// Work done.
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<Timestamp>,
    /// Closed to the books.
    #[schema(value_type = Option<String>, format = DateTime)]
    posted_at: Option<Timestamp>,
    /// Day its money counts on, in the shop's zone.
    #[schema(value_type = Option<String>, format = Date)]
    posted_on: Option<Date>,
    /// AUTHORIZED figures.
    authorized: DetailAuthorized,
    /// POTENTIAL figures.
    potential: DetailPotential,
    /// Jobs with their lines; their amounts add up to the order's.
    #[schema(value_type = Vec<JobTold>)]
    jobs: Box<RawValue>,
    /// Sublets on the order itself.
    #[schema(value_type = Vec<SubletLine>)]
    sublets: Box<RawValue>,
    /// Fees on the order itself.
    #[schema(value_type = Vec<FeeLine>)]
    fees: Box<RawValue>,
    /// Discounts on the order itself.
    #[schema(value_type = Vec<DiscountLine>)]
    discounts: Box<RawValue>,
    /// Snapshots with their revisions and the bridge to the vendor's figure, newest day first.
    #[schema(value_type = Vec<SnapshotTold>)]
    snapshots: Box<RawValue>,
    /// Open data-quality issues.
    #[schema(value_type = Vec<OrderIssue>)]
    issues: Box<RawValue>,
    /// What the vendor sent; empty for callers who may not see it. The path of one is `payload?fingerprint=`.
    #[schema(value_type = Vec<PayloadReference>)]
    payloads: Box<RawValue>,
    /// The order on the vendor's own page.
    vendor_url: Option<String>,
}

fn detail(order: OrderDetail) -> DetailTold {
    let (times, sums) = (order.times, order.sums);
    let vendor_url = (order.vendor == "tekmetric")
        .then(|| format!("https://shop.tekmetric.com/repair-order/{}", order.id));
    DetailTold {
        id: order.id.0,
        ro_number: order.number,
        status: order.status,
        deleted: order.deleted,
        label: order.label,
        custom_label: order.custom_label,
        advisor_id: order.advisor_id,
        advisor_name: order.advisor_name,
        customer_id: order.customer_id,
        customer_name: order.customer_name,
        vehicle: order.vehicle,
        created_at: times.created_at,
        updated_at: times.updated_at,
        promised_at: times.promised_at,
        completed_at: times.completed_at,
        posted_at: times.posted_at,
        posted_on: times.posted_on,
        authorized: DetailAuthorized {
            net_sales_cents: sums.net_sales,
            cost_cents: sums.cost,
            gross_profit_cents: sums.profit,
            gp_percent: percent(sums.profit, sums.net_sales),
            gp_per_hour_cents: per_hour(sums.profit, sums.hours),
            gross_sales_cents: sums.gross_sales,
            invoice_total_cents: sums.invoice_total,
            authorized_total_cents: sums.authorized_total,
            parts_cents: sums.parts,
            parts_cost_cents: sums.parts_cost,
            labor_cents: sums.labor,
            labor_cost_cents: sums.labor_cost,
            sublets_cents: sums.sublets,
            sublet_cost_cents: sums.sublet_cost,
            fees_cents: sums.fees,
            discounts_cents: sums.discounts,
            tax_cents: sums.tax,
            billed_hours: hours(sums.hours),
            amount_paid_cents: sums.paid,
            balance_due_cents: sums.balance_due,
        },
        potential: DetailPotential {
            potential_sales_cents: sums.potential,
            pending_cents: sums.pending,
            declined_cents: sums.declined,
        },
        jobs: built(order.jobs),
        sublets: built(order.sublets),
        fees: built(order.fees),
        discounts: built(order.discounts),
        snapshots: built(order.snapshots),
        issues: built(order.issues),
        payloads: built(order.payloads),
        vendor_url,
    }
}

/// One order: jobs, lines, snapshots with revisions, the bridge to the vendor's figure, what the vendor sent
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/ros/{order_id}",
    operation_id = "getOrder",
    tag = "orders",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("order_id" = i64, Path, description = "The vendor's number of the order")
    ),
    responses((status = 200, description = "The order", body = ShopAnswer<DetailTold>))
)]
async fn order(at: AtShop, _: Query<NoQuery>) -> Result<ShopAnswer<DetailTold>, Problem> {
    let reading = Order {
        shop: at.shop,
        now: at.app.clock.now(),
        order: OrderId(at.id("order_id")?),
    };
    let found = at.find(&reading).await?;
    Ok(at.of_shop(found, detail))
}

/// Which of the payloads.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PayloadQuery {
    /// Fingerprint from the order's list; the newest where it is left out.
    #[param(pattern = "^[0-9a-f]{8,64}$")]
    fingerprint: Option<String>,
}

/// A record as the vendor sent it, share links redacted. Personal data.
#[derive(Serialize, ToSchema)]
struct PayloadTold {
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    fetched_at: Timestamp,
    /// Path it came from.
    endpoint: Option<String>,
    /// Fingerprint.
    fingerprint: String,
    /// The record.
    #[schema(value_type = serde_json::Value)]
    body: Box<RawValue>,
}

/// What the vendor sent of an order; for owners and managers
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/ros/{order_id}/payload",
    operation_id = "getOrderPayload",
    tag = "orders",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("order_id" = i64, Path, description = "The vendor's number of the order"),
        PayloadQuery
    ),
    responses((status = 200, description = "The record", body = PlainAnswer<PayloadTold>))
)]
async fn payload(
    at: AtShop,
    query: Query<PayloadQuery>,
) -> Result<PlainAnswer<PayloadTold>, Problem> {
    let is_hex = |text: &String| {
        text.len() <= 64
            && text.len().is_multiple_of(2)
            && text.bytes().all(|b| b.is_ascii_hexdigit())
    };
    if !query.fingerprint.as_ref().is_none_or(is_hex) {
        return Err(Problem::parameter(
            "fingerprint",
            "is a fingerprint in hexadecimal digits",
        ));
    }
    let reading = OrderPayload {
        shop: at.shop,
        order: OrderId(at.id("order_id")?),
        fingerprint: query.fingerprint.clone(),
    };
    let payload = at.find(&reading).await?;
    Ok(at.plain(PayloadTold {
        fetched_at: payload.fetched_at,
        endpoint: payload.endpoint,
        fingerprint: payload.fingerprint,
        body: built(payload.body),
    }))
}
