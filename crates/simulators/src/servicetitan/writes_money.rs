//! Writing estimates, invoices and payments.

use axum::http::Method;
use serde_json::Value;

use super::billing::{self, Line};
use super::endpoints::Kind;
use super::money::{Application, Payment};
use super::params::{Answer, Refusal};
use super::payments;
use super::world::World;
use super::writes::{Done, id, number};
use crate::{Cents, Decimal};

/// Carries out a write of `sales` or `accounting`.
pub(crate) fn answer(
    world: &mut World,
    method: &Method,
    rest: &[&str],
    body: &Value,
) -> Answer<Done> {
    match (method.as_str(), rest) {
        ("PUT", ["estimates", estimate, act]) => turn_estimate(world, id(estimate)?, act, body),
        ("POST", ["invoices"]) => adjust(world, body),
        ("PATCH", ["invoices", invoice]) => {
            let invoice = id(invoice)?;
            let now = world.now;
            let known = [
                "NeedsReview",
                "OnHold",
                "Reviewed",
                "PendingApproval",
                "Rejected",
                "ReadyForBilling",
            ];
            let review = known.into_iter().find(|name| body["reviewStatus"] == *name);
            let changed = world.invoices.change(invoice, now, |row| {
                row.review_status = review.unwrap_or(row.review_status);
                row.summary = body["summary"]
                    .as_str()
                    .map(str::to_owned)
                    .or_else(|| row.summary.take());
            });
            changed
                .map(|()| Done::Row(Kind::Invoices, invoice))
                .ok_or(Refusal::NotFound)
        }
        ("POST", ["payments"]) => new_payment(world, body),
        ("PATCH", ["payments", payment]) => {
            let (payment, now) = (id(payment)?, world.now);
            let memo = body["memo"].as_str().map(str::to_owned);
            let changed = world.payments.change(payment, now, |row| {
                row.memo = memo.or_else(|| row.memo.take())
            });
            changed
                .map(|()| Done::Row(Kind::Payments, payment))
                .ok_or(Refusal::NotFound)
        }
        _ => Err(Refusal::NotFound),
    }
}

fn turn_estimate(world: &mut World, estimate: i64, act: &str, body: &Value) -> Answer<Done> {
    let now = world.now;
    let status = world
        .estimates
        .get(estimate)
        .map(|row| row.status)
        .ok_or(Refusal::NotFound)?;
    let next = match (act, status) {
        ("sell", "Open" | "Dismissed") => "Sold",
        ("unsell", "Sold") => "Open",
        ("dismiss", "Open") => "Dismissed",
        ("sell" | "unsell" | "dismiss", _) => {
            return Err(Refusal::Conflict(format!(
                "Estimate {estimate} is {status}"
            )));
        }
        _ => return Err(Refusal::NotFound),
    };
    let by = body["soldBy"].as_i64();
    world.estimates.change(estimate, now, |row| {
        row.status = next;
        (row.sold_on, row.sold_by) = if next == "Sold" {
            (Some(now), by)
        } else {
            (None, None)
        };
    });
    Ok(Done::Row(Kind::Estimates, estimate))
}

/// Money of a body: a text or a number of at most two digits.
fn money(value: &Value, name: &'static str) -> Answer<Cents> {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let amount = Decimal::parse(&text).filter(|amount| amount.0 % 100 == 0);
    amount
        .map(|amount| Cents(amount.0 / 100))
        .ok_or_else(|| Refusal::BadRequest(name, "not money".to_owned()))
}

/// An adjustment of an invoice: the only kind that may be written.
fn adjust(world: &mut World, body: &Value) -> Answer<Done> {
    let invoice = number(body, "adjustmentToId")?;
    let row = world.invoices.get(invoice);
    let row =
        row.ok_or_else(|| Refusal::BadRequest("adjustmentToId", "there is none".to_owned()))?;
    let (job, place, unit) = (row.job, (row.customer, row.location), row.business_unit);
    let mut lines = Vec::new();
    for item in body["items"].as_array().into_iter().flatten() {
        let price = money(&item["total"], "items")?;
        let name = item["skuName"].as_str().unwrap_or("Adjustment");
        lines.push(Line::one(
            "Service",
            item["skuId"].as_i64().unwrap_or(0),
            name,
            price,
        ));
    }
    let mut note = billing::blank(world, place, unit, world.now.date_in(&world.zone));
    (note.job, note.adjustment_to) = (job, Some(invoice));
    let id = world.invoices.add(world.now, note);
    let items = lines.iter().map(|line| billing::item(id, line)).collect();
    billing::add_items(world, id, items);
    Ok(Done::Row(Kind::Invoices, id))
}

fn new_payment(world: &mut World, body: &Value) -> Answer<Done> {
    let on = world.now.date_in(&world.zone);
    let mut parts = Vec::new();
    let mut customer = body["customerId"].as_i64();
    let mut unit = 11;
    for split in body["splits"].as_array().into_iter().flatten() {
        let invoice = number(split, "invoiceId")?;
        let row = world.invoices.get(invoice);
        let row =
            row.ok_or_else(|| Refusal::BadRequest("invoiceId", "there is none".to_owned()))?;
        (customer, unit) = (customer.or(Some(row.customer)), row.business_unit);
        let amount = money(&split["amount"], "amount")?;
        parts.push(Application {
            id: world.part_id(),
            invoice,
            amount,
            on,
        });
    }
    let customer = customer
        .ok_or_else(|| Refusal::BadRequest("splits", "at least one is needed".to_owned()))?;
    let total = parts.iter().map(|part| part.amount).sum();
    let memo = body["memo"].as_str().map(str::to_owned);
    let payment = Payment {
        date: on,
        total,
        kind: "Check",
        kind_id: 2,
        customer,
        business_unit: unit,
        applications: parts.clone(),
        refunded: None,
        memo,
    };
    let id = world.payments.add(world.now, payment);
    for part in &parts {
        payments::apply(world, part, part.amount);
    }
    Ok(Done::Row(Kind::Payments, id))
}
