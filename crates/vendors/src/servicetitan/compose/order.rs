//! A job with its invoice lines, hours, pay and splits becomes a repair order.

use super::{filled, instant, number, parse, refuse};
use crate::page::{Decoded, RawRecord, VendorShopRef};
use domain::decimal::SCALE;
use domain::issue::{Issue, IssueCode, Reject, RejectReason};
use domain::ratio::div_round;
use domain::record::{Charge, Job, Labor, OrderStatus, Part, RepairOrder, Stated, VendorSums};
use domain::{Cents, CustomerId, EmployeeId, Hours, JobId, OrderId, Quantity};
use jiff::Timestamp;
use serde::Deserialize;

const STREAM: &str = "repair_orders";

/// What the store reads for one job.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Document {
    #[serde(deserialize_with = "number")]
    id: Option<i64>,
    gone: bool,
    status: Option<String>,
    #[serde(deserialize_with = "number")]
    number: Option<i64>,
    #[serde(deserialize_with = "number")]
    customer_id: Option<i64>,
    #[serde(deserialize_with = "number")]
    sold_by_id: Option<i64>,
    #[serde(deserialize_with = "number")]
    appointment_id: Option<i64>,
    business_unit: Option<String>,
    job_type: Option<String>,
    campaign: Option<String>,
    summary: Option<String>,
    created_on: Option<i64>,
    modified_on: Option<i64>,
    completed_on: Option<i64>,
    canceled_on: Option<i64>,
    promised_at: Option<i64>,
    worked_seconds: i64,
    unpriced_hours: bool,
    invoiced_cents: Option<i64>,
    tax_cents: Option<i64>,
    paid_cents: i64,
    lines: Vec<Line>,
    labour: Vec<Pay>,
    splits: Vec<Split>,
    estimates: Vec<Estimate>,
}

/// A line of an invoice or estimate.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    id: String,
    kind: Option<String>,
    name: Option<String>,
    quantity: Option<String>,
    price: Option<String>,
    total: Option<i64>,
    cost: Option<i64>,
    /// Stands on an income account; a deposit or another liability is no revenue.
    income: bool,
    #[serde(deserialize_with = "number")]
    technician_id: Option<i64>,
    sold_hours: Option<String>,
}

/// What the work of one employee cost.
#[derive(Debug, Deserialize)]
struct Pay {
    #[serde(deserialize_with = "number")]
    employee_id: Option<i64>,
    basis: String,
    cost: i64,
}

/// Whose work it is counted as.
#[derive(Debug, Deserialize)]
struct Split {
    technician_id: String,
    split: String,
}

/// An estimate that was not sold: potential, never revenue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Estimate {
    #[serde(deserialize_with = "number")]
    id: Option<i64>,
    name: Option<String>,
    dismissed_on: Option<i64>,
    created_on: Option<i64>,
    lines: Vec<Line>,
}

/// A job as a repair order.
pub(crate) fn decode_order(
    _: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<RepairOrder>, Box<Reject>> {
    let document: Document = parse(STREAM, raw)?;
    let Some(id) = document.id else {
        let detail = "the job's number is no number".to_owned();
        return Err(refuse(STREAM, raw, RejectReason::MissingId, detail));
    };
    let (status, known) = status(&document);
    let mut issues = Vec::new();
    let mut issue = |code, detail: &str| {
        issues.push(Issue {
            entity: "repair_order",
            entity_id: id,
            code,
            detail: detail.to_owned(),
        });
    };
    if !known {
        issue(IssueCode::UnknownStatus, "jobStatus");
    }
    let done = status == OrderStatus::Posted;
    if done && (document.unpriced_hours || document.labour.is_empty()) {
        // Without it the margin would look like 100 per cent (quirk Q44).
        issue(IssueCode::LaborCostUnknown, "time or pay of the job");
    }
    let order = order(document, OrderId(id), status);
    Ok(Decoded {
        record: order,
        issues,
        unknown_keys: Vec::new(),
    })
}

/// The vendor recognises a job's revenue on the day it is completed: then the order is on the books. A completion date
/// on a job that was cancelled says nothing (quirk Q16).
fn status(document: &Document) -> (OrderStatus, bool) {
    if document.gone {
        return (OrderStatus::Deleted, true);
    }
    match document.status.as_deref() {
        Some("Completed") if document.completed_on.is_some() => (OrderStatus::Posted, true),
        Some("Completed") => (OrderStatus::Complete, true),
        Some("Canceled") => (OrderStatus::Deleted, true),
        Some("Hold") => (OrderStatus::SavedForLater, true),
        Some("Scheduled") => (OrderStatus::Estimate, true),
        Some("Dispatched" | "InProgress") => (OrderStatus::WorkInProgress, true),
        Some(_) | None => (OrderStatus::Unknown, false),
    }
}

fn order(document: Document, id: OrderId, status: OrderStatus) -> RepairOrder {
    let completed_at = instant(document.completed_on).filter(|_| status.is_posted());
    let deleted = status == OrderStatus::Deleted;
    let deleted_at = instant(document.canceled_on.or(document.modified_on)).filter(|_| deleted);
    let shares = shares(&document.splits);
    let mut jobs = vec![work(&document, id, &shares, completed_at)];
    for estimate in &document.estimates {
        jobs.extend(potential(estimate, &shares));
    }
    RepairOrder {
        id,
        number: document.number.unwrap_or(id.0),
        status,
        status_id: None,
        customer_id: document.customer_id.map(CustomerId),
        vehicle_id: None,
        advisor_id: document.sold_by_id.map(EmployeeId),
        technician_id: None,
        created_at: instant(document.created_on),
        updated_at: instant(document.modified_on),
        posted_at: completed_at,
        completed_at,
        deleted_at,
        promised_at: instant(document.promised_at),
        vendor: VendorSums {
            taxes: document.tax_cents.map(Cents),
            total_sales: document.invoiced_cents.map(Cents),
            ..VendorSums::default()
        },
        amount_paid: Cents(document.paid_cents),
        label: filled(document.status),
        label_id: None,
        custom_label: filled(document.business_unit),
        keytag: None,
        color: None,
        customer_concern: document.summary.as_deref().and_then(plain),
        tech_notes: None,
        lead_source: filled(document.campaign),
        appointment_id: document.appointment_id,
        miles_in: None,
        miles_out: None,
        estimate_shared_at: None,
        inspection_shared_at: None,
        invoice_shared_at: None,
        jobs,
        sublets: Vec::new(),
        fees: Vec::new(),
        discounts: Vec::new(),
        extra: None,
    }
}

/// What was invoiced for the job, and what it cost: one job of the order.
fn work(
    document: &Document,
    id: OrderId,
    shares: &[(EmployeeId, i64)],
    completed_at: Option<Timestamp>,
) -> Job {
    let mut job = blank(
        JobId(id.0),
        filled(document.job_type.clone()),
        instant(document.created_on),
    );
    job.authorized = Some(true);
    job.authorized_at = completed_at;
    job.completed_at = completed_at;
    job.category_name = filled(document.business_unit.clone());
    job.technician_id = shares.first().map(|(who, _)| *who);
    let tenths = i128::from(document.worked_seconds) * i128::from(SCALE);
    job.logged_hours =
        (document.worked_seconds > 0).then(|| Hours::from_ten_thousandths(div_round(tenths, 3600)));
    for line in &document.lines {
        put(&mut job, line, shares);
    }
    for pay in &document.labour {
        job.labor.push(Labor {
            line_key: format!("{}:{}", pay.basis, pay.employee_id.unwrap_or_default()),
            id: None,
            name: if pay.basis == "payroll" {
                "Pay"
            } else {
                "Time on the job"
            }
            .to_owned(),
            hours: Hours::ZERO,
            rate: Cents::ZERO,
            technician_id: pay.employee_id.map(EmployeeId),
            complete: None,
            stated: Some(Stated {
                retail: Cents::ZERO,
                cost: Cents(pay.cost),
            }),
        });
    }
    job
}

/// An estimate nobody bought. Its number may be that of some job, too: estimates count downwards from zero.
fn potential(estimate: &Estimate, shares: &[(EmployeeId, i64)]) -> Option<Job> {
    let id = JobId(-estimate.id?);
    let mut job = blank(
        id,
        filled(estimate.name.clone()),
        instant(estimate.created_on),
    );
    job.authorized_at = instant(estimate.dismissed_on);
    job.authorized = job.authorized_at.map(|_| false);
    for line in &estimate.lines {
        put(&mut job, line, shares);
    }
    Some(job)
}

fn blank(id: JobId, name: Option<String>, created_at: Option<Timestamp>) -> Job {
    Job {
        id,
        name: name.unwrap_or_else(|| "Job".to_owned()),
        description: None,
        category_name: None,
        canned_job_id: None,
        authorized: None,
        authorized_at: None,
        selected: None,
        archived: None,
        technician_id: None,
        logged_hours: None,
        created_at,
        updated_at: None,
        completed_at: None,
        sort_order: None,
        vendor_subtotal: None,
        parts: Vec::new(),
        labor: Vec::new(),
        fees: Vec::new(),
        discounts: Vec::new(),
        extra: None,
    }
}

/// One line: material and equipment are parts, services are labour, modifiers are discounts or fees. What any other line
/// costs is a part without a price.
fn put(job: &mut Job, line: &Line, shares: &[(EmployeeId, i64)]) {
    let total = Cents(line.total.filter(|_| line.income).unwrap_or_default());
    let name = filled(line.name.clone()).unwrap_or_else(|| "Line".to_owned());
    let cost = line.cost.map(Cents);
    match line.kind.as_deref() {
        Some("Material" | "Equipment") => {
            job.parts.push(part(line, name, total, cost));
            return;
        }
        Some("PriceModifier") => {
            let charge = |total| Charge {
                line_key: line.id.clone(),
                id: line.id.parse().ok(),
                name: name.clone(),
                total,
            };
            if total < Cents::ZERO {
                job.discounts.push(charge(Cents::ZERO - total));
            } else if total > Cents::ZERO {
                job.fees.push(charge(total));
            }
        }
        Some(_) | None => services(job, line, (&name, total), shares),
    }
    if let Some(cost) = cost.filter(|c| *c != Cents::ZERO) {
        job.parts.push(part(line, name, Cents::ZERO, Some(cost)));
    }
}

/// Quantity and unit prices as sent where they come to the line's amounts, else one unit of the whole.
fn part(line: &Line, name: String, total: Cents, cost: Option<Cents>) -> Part {
    let sent = || {
        let quantity = Quantity::parse(line.quantity.as_deref()?).ok()?;
        let units = i128::from(quantity.ten_thousandths());
        if units == 0 {
            return None;
        }
        let unit =
            |amount: Cents| Cents(div_round(i128::from(amount.0) * i128::from(SCALE), units));
        let fits = |amount: Cents| quantity.extend(unit(amount)) == amount;
        let all = fits(total) && cost.is_none_or(fits);
        all.then(|| (quantity, unit(total), cost.map(unit)))
    };
    let whole = (Quantity::from_ten_thousandths(SCALE), total, cost);
    let (quantity, retail, cost) = sent().unwrap_or(whole);
    Part {
        line_key: line.id.clone(),
        id: line.id.parse().ok(),
        name,
        part_number: None,
        description: None,
        manufacturer: None,
        quantity,
        retail,
        cost,
        part_type: line.kind.clone(),
        part_type_id: None,
        tire: None,
    }
}

/// A service is shared by the job's splits, no cent lost; without splits it is the line's own technician's.
fn services(
    job: &mut Job,
    line: &Line,
    (name, total): (&str, Cents),
    shares: &[(EmployeeId, i64)],
) {
    if !line.income {
        return;
    }
    let hours = line
        .sold_hours
        .as_deref()
        .and_then(|h| Hours::parse(h).ok())
        .unwrap_or_default();
    let own = [(EmployeeId(line.technician_id.unwrap_or_default()), 1)];
    let shares = if shares.is_empty() { &own } else { shares };
    let whole: i64 = shares.iter().map(|(_, weight)| weight).sum();
    let mut before = 0;
    for (who, weight) in shares {
        let upto = before + weight;
        let cut = |amount: i64, at: i64| {
            div_round(i128::from(amount) * i128::from(at), i128::from(whole))
        };
        let share = |amount: i64| cut(amount, upto) - cut(amount, before);
        job.labor.push(Labor {
            line_key: format!("{}:{who}", line.id),
            // A line of the vendor's stands once; its shares have no number of their own.
            id: (shares.len() == 1).then(|| line.id.parse().ok()).flatten(),
            name: name.to_owned(),
            hours: Hours::from_ten_thousandths(share(hours.ten_thousandths())),
            rate: Cents::ZERO,
            technician_id: Some(*who).filter(|who| who.0 != 0),
            complete: None,
            stated: Some(Stated {
                retail: Cents(share(total.0)),
                cost: Cents::ZERO,
            }),
        });
        before = upto;
    }
}

/// Technicians with a share above zero, the largest first, in ten-thousandths of a percent; they need not add to 100.
fn shares(splits: &[Split]) -> Vec<(EmployeeId, i64)> {
    let mut shares: Vec<(&str, i64)> = splits
        .iter()
        .filter_map(|s| {
            let weight = Quantity::parse(&s.split).ok()?.ten_thousandths();
            (weight > 0).then_some((s.technician_id.as_str(), weight))
        })
        .collect();
    shares.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let who = |(id, weight): (&str, i64)| Some((EmployeeId(id.parse().ok()?), weight));
    shares.into_iter().filter_map(who).collect()
}

/// Rich text without its marks.
fn plain(html: &str) -> Option<String> {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    for (escape, character) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(escape, character);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    filled(Some(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::{decode_order, plain};
    use crate::page::{Decoded, VendorShopRef};
    use domain::record::{OrderStatus, RepairOrder};
    use domain::{Cents, ShopId, ShopZone, cost, rate::RateBook};
    use serde_json::json;
    use std::collections::{BTreeSet, HashMap};

    fn decoded(document: &serde_json::Value) -> Decoded<RepairOrder> {
        let shop = VendorShopRef {
            shop_id: ShopId(1001),
            vendor_id: 1001,
        };
        decode_order(&shop, &read(&document.to_string())).unwrap()
    }

    fn completed() -> serde_json::Value {
        json!({
            "id": "9001", "number": "9001", "status": "Completed", "job_type": "Repair",
            "created_on": 1_772_377_200_000_000_i64, "completed_on": 1_772_481_600_000_000_i64,
            "modified_on": 1_772_481_660_000_000_i64, "invoiced_cents": 48881, "tax_cents": 2831,
            "lines": [
                {"id": "1", "kind": "Service", "name": "DIAG", "total": 10000, "income": true, "sold_hours": "1.5"},
                {"id": "2", "kind": "Material", "name": "Filter", "quantity": "3", "total": 1000, "cost": 700, "income": true},
                {"id": "3", "kind": "PriceModifier", "name": "Coupon", "total": -2500, "income": true},
                {"id": "4", "kind": "Service", "name": "Deposit", "total": 5000, "income": false, "cost": 40}
            ],
            "labour": [{"employee_id": "501", "basis": "clock", "cost": 7763}],
            "splits": [
                {"technician_id": "501", "split": "33.3333"}, {"technician_id": "502", "split": "33.3333"},
                {"technician_id": "503", "split": "33.3333"}, {"technician_id": "504", "split": "0"}
            ],
            "estimates": [{"id": "9001", "name": "Blower", "created_on": 1_772_377_200_000_000_i64,
                "lines": [{"id": "7", "kind": "Equipment", "total": 125_000, "cost": 60_000, "income": true}]}]
        })
    }

    #[test]
    fn a_completed_job_keeps_every_cent_and_shares_its_labour() {
        let order = decoded(&completed()).record;
        assert_eq!(order.status, OrderStatus::Posted);
        assert_eq!(order.posted_at, order.completed_at);
        let zone = ShopZone::new("America/Chicago").unwrap();
        let rates = RateBook::new(&[], &BTreeSet::new(), None);
        let context = cost::CostContext {
            zone: &zone,
            rates: &rates,
            today: "2026-03-03".parse().unwrap(),
        };
        let costed = cost::cost_order(&order, &context, &HashMap::new());
        let sums = &costed.jobs[0].sums;
        assert_eq!(sums.revenue(), Cents(10_000 + 1_000 - 2_500));
        assert_eq!(sums.cost(), Cents(700 + 40 + 7_763));
        assert_eq!(sums.labor_total, Cents(10_000));
        let shares: Vec<i64> = costed.jobs[0].labor.iter().map(|l| l.retail.0).collect();
        assert_eq!(shares, [3333, 3334, 3333, 0], "three shares and the pay");
        assert_eq!(costed.jobs[1].authorization.as_str(), "PENDING");
        assert_eq!(order.jobs[1].id.0, -9001, "an estimate is no job");
    }

    #[test]
    fn q16_a_cancelled_job_with_a_completion_date_is_gone_and_q44_missing_labour_is_told() {
        let mut document = completed();
        document["status"] = "Canceled".into();
        let order = decoded(&document).record;
        assert!(order.is_deleted() && order.posted_at.is_none());
        let mut document = completed();
        document["labour"] = json!([]);
        let issues = decoded(&document).issues;
        assert_eq!(issues[0].code.code(), "labor_cost_unknown");
    }

    #[test]
    fn q15_a_status_nobody_knows_is_kept_and_told() {
        let mut document = completed();
        document["status"] = "Paused".into();
        let decoded = decoded(&document);
        assert_eq!(decoded.record.status, OrderStatus::Unknown);
        assert_eq!(decoded.issues[0].code.code(), "unknown_status");
    }

    #[test]
    fn rich_text_is_stripped() {
        assert_eq!(
            plain("<p>No&nbsp;cooling</p>"),
            Some("No cooling".to_owned())
        );
        assert_eq!(plain("<p></p>"), None);
    }
}
