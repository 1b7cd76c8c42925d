//! The API behind the vendor's own pages, as far as profits go (reference/tekmetric.md A.11): `x-auth-token` of a web
//! session, numbers in every spelling, no contract.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::app::App;
use super::entity::{Job, JobState, Labor, Order};
use super::faults::Fault;
use super::pages;
use super::params::{Answer, Refusal};
use super::roster::CostRate;
use super::totals::{JobTotals, OrderTotals, sum};
use super::world::World;
use crate::Cents;

type Shared = State<Arc<App>>;

/// The routes of the web session.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/repair-order/{id}/profit/labor", get(profit))
        .route("/api/repair-order/{id}/estimate", get(estimate))
}

/// Sessions end; a cookie alone does not do.
pub(crate) async fn gate(State(app): Shared, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    app.requests.begin("GET web session");
    let response = if app.faults.strikes(Fault::ServerError, &path).is_some() {
        StatusCode::BAD_GATEWAY.into_response()
    } else if app.faults.strikes(Fault::TokenExpiry, &path).is_some()
        || !admits(&app, request.headers())
    {
        StatusCode::UNAUTHORIZED.into_response()
    } else if app.faults.strikes(Fault::SingleRead404, &path).is_some() {
        StatusCode::NOT_FOUND.into_response()
    } else {
        next.run(request).await
    };
    app.requests.end(Some(response.status().as_u16()));
    response
}

fn admits(app: &App, headers: &HeaderMap) -> bool {
    headers.get("x-auth-token").and_then(|v| v.to_str().ok()) == Some(app.session_token.as_str())
}

fn found<T>(world: &World, id: i64, print: impl FnOnce(&Order) -> T) -> Option<T> {
    world.slot_index(id).map(|index| print(&world.order(index)))
}

async fn profit(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    let body = app.world.read(|world| {
        let rates = world.cost_rates();
        found(world, id, |order| report(order, &rates))
    });
    body.map(|body| pages::json(&body)).ok_or(Refusal::NotFound)
}

async fn estimate(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    let body = app.world.read(|world| {
        let rates = world.cost_rates();
        found(world, id, |order| estimate_of(order, &rates))
    });
    body.map(|body| pages::json(&body)).ok_or(Refusal::NotFound)
}

/// What an hour of the line's technician costs the shop in the vendor's own books: nothing where nobody is named.
fn labor_cost(order: &Order, line: &Labor, rates: &[CostRate]) -> Cents {
    let day = order.posted_at.unwrap_or(order.created_at);
    let day = day.timestamp().strftime("%Y-%m-%d").to_string();
    let theirs = |rate: &&CostRate| {
        rate.shop_id == order.shop_id
            && Some(rate.employee_id) == line.technician_id
            && rate.effective_from <= day
            && rate.effective_to.as_ref().is_none_or(|last| *last >= day)
    };
    let rate = rates.iter().find(theirs);
    line.hours
        .times(Cents(rate.map_or(0, |rate| rate.hourly_cost_cents)))
}

/// Sales and cost of something.
#[derive(Clone, Copy, Default)]
struct Money {
    retail: Cents,
    cost: Cents,
}

impl Money {
    /// Amounts as this API prints them: now as a whole number, now as `465.0`, now as text (B-1).
    fn print(self, order: &Order) -> Value {
        let profit = self.retail - self.cost;
        let amount = |cents: Cents| match order.id % 3 {
            0 => json!(cents.0),
            1 => serde_json::from_str(&format!("{}.0", cents.0)).unwrap_or(Value::Null),
            _ => json!(format!("{}.0", cents.0)),
        };
        // A margin without sales is no number, and printed as a text that says so (B-36).
        let margin = if self.retail.0 == 0 {
            json!("NaN")
        } else {
            json!(0.5)
        };
        json!({"retail": amount(self.retail), "cost": amount(self.cost), "profit": amount(profit), "margin": margin})
    }
}

fn labor_of(order: &Order, job: &Job, rates: &[CostRate]) -> Money {
    let lines = job.labor.iter();
    lines.fold(Money::default(), |sum, line| Money {
        retail: sum.retail + line.retail(),
        cost: sum.cost + labor_cost(order, line, rates),
    })
}

fn parts_cost(job: &Job) -> Cents {
    job.parts
        .iter()
        .map(super::entity::Part::cost_extended)
        .sum()
}

/// `profit/labor`: authorized work only, before fees, discounts and tax.
fn report(order: &Order, rates: &[CostRate]) -> Value {
    let (mut labor, mut total) = (Money::default(), Money::default());
    let mut lines = Vec::new();
    for job in order
        .jobs
        .iter()
        .filter(|job| job.decision.state() == JobState::Authorized)
    {
        let of_job = labor_of(order, job, rates);
        labor.retail += of_job.retail;
        labor.cost += of_job.cost;
        total.retail += JobTotals::of(job).parts;
        total.cost += parts_cost(job);
        lines.extend(
            job.labor
                .iter()
                .map(|line| json!({"name": line.name, "rate": line.rate, "retail": line.retail(), "margin": "NaN"})),
        );
    }
    total.retail += labor.retail + OrderTotals::of(order).sublets;
    let counted = order
        .sublets
        .iter()
        .filter(|sublet| sublet.decision.authorized != Some(false));
    total.cost += labor.cost + counted.map(|sublet| sublet.cost).sum::<Cents>();
    json!({"labor": lines, "laborProfit": labor.print(order), "totalProfit": total.print(order)})
}

/// `estimate`: all jobs, whatever the customer decided.
fn estimate_of(order: &Order, rates: &[CostRate]) -> Value {
    let jobs: Vec<Value> = order
        .jobs
        .iter()
        .map(|job| {
            let (totals, labor) = (JobTotals::of(job), labor_of(order, job, rates));
            let profit = totals.subtotal() - parts_cost(job) - labor.cost;
            json!({
                "id": job.id, "name": job.name, "authorized": job.decision.authorized,
                "authorizedDate": job.decision.decided_at, "total": totals.subtotal(), "subtotal": null,
                "discount": sum(&job.discounts), "partsPrice": totals.parts, "partsCost": parts_cost(job),
                "laborPrice": totals.labor, "subletPrice": 0, "feePrice": sum(&job.fees),
                "grossProfitAmount": profit, "grossProfitPercentage": 0.5,
            })
        })
        .collect();
    let totals = OrderTotals::of(order);
    json!({"id": order.id, "repairOrderNumber": order.number, "total": format!("{}.0", totals.total().0),
        "subtotal": null, "tax": null, "taxes": totals.taxes, "jobs": jobs})
}
