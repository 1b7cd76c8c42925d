//! The board of open orders: what is stuck, late or unsold right now, with its clocks.

use super::shops::NoQuery;
use super::told::hours;
use crate::App;
use crate::answer::ShopAnswer;
use crate::ask::{AtShop, Query};
use crate::error::Problem;
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;
use store::read::board::{Board, OpenOrder};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The board is looked at to act: its copy is good for half a minute.
const BOARD_SECONDS: u32 = 30;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(board))
}

/// An open order.
#[derive(Serialize, ToSchema)]
struct OpenOrderTold {
    /// The vendor's number in its database.
    id: i64,
    /// Number printed for the customer.
    ro_number: i64,
    /// ESTIMATE, WORKINPROGRESS or COMPLETE.
    status: String,
    /// The vendor's label.
    label: Option<String>,
    /// The shop's own label.
    custom_label: Option<String>,
    /// Key tag.
    keytag: Option<String>,
    /// Who sells the work.
    advisor_id: Option<i64>,
    /// His name.
    advisor_name: Option<String>,
    /// Default technician.
    technician_id: Option<i64>,
    /// His name.
    technician_name: Option<String>,
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
    /// Vehicle brought.
    #[schema(value_type = Option<String>, format = DateTime)]
    dropped_off_at: Option<Timestamp>,
    /// Promised to the customer.
    #[schema(value_type = Option<String>, format = DateTime)]
    promised_at: Option<Timestamp>,
    /// Work done.
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<Timestamp>,
    /// Estimate sent to the customer.
    #[schema(value_type = Option<String>, format = DateTime)]
    estimate_shared_at: Option<Timestamp>,
    /// Clocks as of `now`.
    clocks: Clocks,
    /// AUTHORIZED figures as they stand.
    authorized: OpenAuthorized,
    /// POTENTIAL figures as they stand.
    potential: OpenPotential,
}

/// Clocks of an open order, in whole hours.
#[derive(Serialize, ToSchema)]
struct Clocks {
    /// Since it was created.
    age_hours: Option<i64>,
    /// Since it was last changed.
    idle_hours: Option<i64>,
    /// Past the promise; null while it is kept.
    overdue_hours: Option<i64>,
    /// Since the estimate went out, while work on it is not decided.
    waiting_for_answer_hours: Option<i64>,
    /// Since the work was done, while it is not billed.
    unbilled_hours: Option<i64>,
}

/// AUTHORIZED figures of an open order.
#[derive(Serialize, ToSchema)]
struct OpenAuthorized {
    /// Committed so far (cents).
    net_sales_cents: i64,
    /// Gross profit of it (cents).
    gross_profit_cents: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Accepted jobs (count).
    job_count: i64,
    /// Part lines without a cost (count).
    missing_cost_count: i64,
}

/// POTENTIAL figures of an open order.
#[derive(Serialize, ToSchema)]
struct OpenPotential {
    /// Everything on the estimate (cents).
    potential_sales_cents: i64,
    /// Work not decided yet (cents).
    pending_cents: i64,
    /// Work refused (cents).
    declined_cents: i64,
    /// Jobs not decided yet (count).
    pending_job_count: i64,
    /// Jobs refused (count).
    declined_job_count: i64,
}

/// The board.
#[derive(Serialize, ToSchema)]
struct BoardTold {
    /// The instant of the clocks, to the minute.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// Open orders (count).
    open_count: usize,
    /// Of these past their promise (count).
    overdue_count: usize,
    /// AUTHORIZED: committed on open orders (cents).
    authorized_cents: i64,
    /// POTENTIAL: waiting for a decision on open orders (cents).
    pending_cents: i64,
    /// POTENTIAL: refused on open orders (cents).
    declined_cents: i64,
    /// The orders, promised soonest first.
    orders: Vec<OpenOrderTold>,
}

fn hours_since(then: Option<Timestamp>, now: Timestamp) -> Option<i64> {
    then.map(|then| now.duration_since(then).as_hours().max(0))
}

fn clocks(order: &OpenOrder, now: Timestamp) -> Clocks {
    let is_late = order.promised_at.is_some_and(|promised| promised < now);
    Clocks {
        age_hours: hours_since(order.created_at, now),
        idle_hours: hours_since(order.updated_at.or(order.created_at), now),
        overdue_hours: hours_since(order.promised_at.filter(|_| is_late), now),
        waiting_for_answer_hours: hours_since(
            order.estimate_shared_at.filter(|_| order.pending_jobs > 0),
            now,
        ),
        unbilled_hours: hours_since(
            order.completed_at.filter(|_| order.status == "COMPLETE"),
            now,
        ),
    }
}

fn told(order: OpenOrder, now: Timestamp) -> OpenOrderTold {
    OpenOrderTold {
        clocks: clocks(&order, now),
        id: order.id,
        ro_number: order.number,
        status: order.status,
        label: order.label,
        custom_label: order.custom_label,
        keytag: order.keytag,
        advisor_id: order.advisor_id,
        advisor_name: order.advisor_name,
        technician_id: order.technician_id,
        technician_name: order.technician_name,
        customer_id: order.customer_id,
        customer_name: order.customer_name,
        vehicle: order.vehicle,
        created_at: order.created_at,
        updated_at: order.updated_at,
        dropped_off_at: order.dropped_off_at,
        promised_at: order.promised_at,
        completed_at: order.completed_at,
        estimate_shared_at: order.estimate_shared_at,
        authorized: OpenAuthorized {
            net_sales_cents: order.net_sales,
            gross_profit_cents: order.profit,
            billed_hours: hours(order.hours),
            job_count: order.authorized_jobs,
            missing_cost_count: order.missing_costs,
        },
        potential: OpenPotential {
            potential_sales_cents: order.potential,
            pending_cents: order.pending,
            declined_cents: order.declined,
            pending_job_count: order.pending_jobs,
            declined_job_count: order.declined_jobs,
        },
    }
}

/// Open orders with their clocks: what is stuck, late, waits for an answer or is not billed
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/wip",
    operation_id = "getBoard",
    tag = "orders",
    params(("shop_id" = i64, Path, description = "The shop"), NoQuery),
    responses((status = 200, description = "The board", body = ShopAnswer<BoardTold>))
)]
async fn board(at: AtShop, _: Query<NoQuery>) -> Result<ShopAnswer<BoardTold>, Problem> {
    let now = at.app.clock.now();
    let shop = at.shop;
    let found = at.find(&Board { shop, now }).await?;
    // To the minute: the tag of the answer changes with the clocks, not with every second.
    let minute = now.as_second().div_euclid(60) * 60;
    let now = Timestamp::from_second(minute).unwrap_or(now);
    let answer = at.of_shop(found, |orders| BoardTold {
        now,
        open_count: orders.len(),
        overdue_count: orders
            .iter()
            .filter(|order| order.promised_at.is_some_and(|promised| promised < now))
            .count(),
        authorized_cents: orders.iter().map(|order| order.net_sales).sum(),
        pending_cents: orders.iter().map(|order| order.pending).sum(),
        declined_cents: orders.iter().map(|order| order.declined).sum(),
        orders: orders.into_iter().map(|order| told(order, now)).collect(),
    });
    Ok(answer.max_age(BOARD_SECONDS))
}
