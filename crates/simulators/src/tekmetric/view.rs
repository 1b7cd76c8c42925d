//! Repair orders and jobs as the API prints them (reference/tekmetric.md A.8.4 to A.8.9).

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::entity::{Charge, Job, Labor, Order, Part, PartKind, Status, Sublet};
use super::totals::{JobTotals, OrderTotals};
use crate::{Cents, Decimal, Stamp};

/// The triple that the vendor uses for every enumerated value.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    id: i64,
    code: &'static str,
    name: &'static str,
}

impl Named {
    pub(crate) const fn new(id: i64, code: &'static str, name: &'static str) -> Self {
        Self { id, code, name }
    }
}

fn status(status: Status) -> Named {
    let (code, name) = match status {
        Status::Estimate => ("ESTIMATE", "Estimate"),
        Status::WorkInProgress => ("WORKINPROGRESS", "Work-In-Progress"),
        Status::Complete => ("COMPLETE", "Complete"),
        Status::SavedForLater => ("SAVEDFORLATER", "Saved for Later"),
        Status::Posted => ("POSTED", "Posted"),
        Status::AccountsReceivable => ("ACCRECV", "Accounts Receivable"),
        Status::Deleted => ("DELETED", "Deleted"),
    };
    Named::new(status.id(), code, name)
}

#[derive(Serialize)]
struct LabelView {
    id: i64,
    code: &'static str,
    name: &'static str,
    status: Named,
}

fn label(of: Status) -> Option<LabelView> {
    let (id, code, name) = match of {
        Status::Estimate => (11, "REQUIRESAUTH", "Requires Authorization"),
        Status::WorkInProgress => (21, "WORKINPROGRESS", "Work In Progress"),
        Status::Complete => (25, "BALNCEDUE", "Balance Due"),
        Status::Posted => (31, "POSTED", "Posted"),
        Status::AccountsReceivable => (32, "AR", "Accounts Receivable"),
        Status::SavedForLater | Status::Deleted => return None,
    };
    Some(LabelView {
        id,
        code,
        name,
        status: status(of),
    })
}

/// A repair order: a fixture's payload as given, or the world's own.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum OrderView<'a> {
    Given(&'a Value),
    Own(Box<OwnOrder<'a>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnOrder<'a> {
    id: i64,
    repair_order_number: i64,
    shop_id: i64,
    repair_order_status: Named,
    repair_order_label: Option<LabelView>,
    repair_order_custom_label: Option<&'a str>,
    color: &'static str,
    appointment_id: Option<i64>,
    customer_id: i64,
    vehicle_id: Option<i64>,
    technician_id: Option<i64>,
    service_writer_id: Option<i64>,
    miles_in: Option<i64>,
    miles_out: Option<i64>,
    keytag: Option<&'a str>,
    completed_date: Option<Stamp>,
    posted_date: Option<Stamp>,
    labor_sales: Cents,
    parts_sales: Cents,
    sublet_sales: Cents,
    discount_total: Cents,
    fee_total: Cents,
    taxes: Cents,
    amount_paid: Cents,
    total_sales: Cents,
    jobs: Jobs<'a>,
    sublets: Vec<SubletView<'a>>,
    fees: Vec<ChargeView<'a>>,
    discounts: Vec<ChargeView<'a>>,
    customer_concerns: Vec<ConcernView<'a>>,
    estimate_share_date: Option<Stamp>,
    inspection_share_date: Option<Stamp>,
    invoice_share_date: Option<Stamp>,
    estimate_url: String,
    inspection_url: Option<String>,
    invoice_url: Option<String>,
    customer_time_out: Option<Stamp>,
    lead_source: Option<&'a str>,
    created_date: Stamp,
    updated_date: Option<Stamp>,
    deleted_date: Option<Stamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConcernView<'a> {
    id: i64,
    concern: &'a str,
    tech_comment: Option<&'a str>,
}

/// The public links carry a nonce and open without a login: a client must treat them as secrets (B-60).
fn link(order: &Order, item: &str) -> String {
    let nonce = (order.id as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("https://shop.example.com/{item}/{nonce:016x}")
}

impl<'a> OrderView<'a> {
    pub(crate) fn of(order: &'a Order) -> Self {
        match &order.given {
            Some(payload) => Self::Given(payload),
            None => Self::Own(Box::new(OwnOrder::of(order))),
        }
    }
}

impl<'a> OwnOrder<'a> {
    fn of(order: &'a Order) -> Self {
        let totals = OrderTotals::of(order);
        let invoiced = order.status.is_closed();
        Self {
            id: order.id,
            repair_order_number: order.number,
            shop_id: order.shop_id,
            repair_order_status: status(order.status),
            repair_order_label: label(order.status),
            repair_order_custom_label: None,
            color: "#1786E8",
            appointment_id: None,
            customer_id: order.customer_id,
            vehicle_id: order.vehicle_id,
            technician_id: order.technician_id,
            service_writer_id: order.advisor_id,
            miles_in: order.miles_in,
            miles_out: order.miles_out,
            keytag: order.keytag.as_deref(),
            completed_date: order.completed_at,
            posted_date: order.posted_at,
            labor_sales: totals.labor,
            parts_sales: totals.parts,
            sublet_sales: totals.sublets,
            discount_total: totals.discounts,
            fee_total: totals.fees,
            taxes: totals.taxes,
            amount_paid: order.paid,
            total_sales: totals.total(),
            jobs: Jobs(order),
            sublets: order.sublets.iter().map(SubletView::of).collect(),
            fees: charges(&order.fees),
            discounts: charges(&order.discounts),
            customer_concerns: concerns(order),
            estimate_share_date: (order.created_at.0 % 3 == 0)
                .then(|| order.created_at.plus(1_800)),
            inspection_share_date: None,
            invoice_share_date: order.posted_at,
            estimate_url: link(order, "estimate"),
            inspection_url: None,
            invoice_url: invoiced.then(|| link(order, "invoice")),
            customer_time_out: order.promised_at,
            lead_source: order.lead_source.as_deref(),
            created_date: order.created_at,
            updated_date: order.updated_at,
            deleted_date: order.deleted_at,
        }
    }
}

fn concerns(order: &Order) -> Vec<ConcernView<'_>> {
    let id = order.id * 4;
    order
        .concern
        .iter()
        .map(|concern| ConcernView {
            id,
            concern,
            tech_comment: None,
        })
        .collect()
}

#[derive(Serialize)]
struct ChargeView<'a> {
    id: i64,
    name: &'a str,
    total: Cents,
}

fn charges(of: &[Charge]) -> Vec<ChargeView<'_>> {
    of.iter()
        .map(|charge| ChargeView {
            id: charge.id,
            name: &charge.name,
            total: charge.total,
        })
        .collect()
}

/// The jobs of an order, printed without an intermediate list.
struct Jobs<'a>(&'a Order);

impl Serialize for Jobs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.jobs.len()))?;
        for job in &self.0.jobs {
            list.serialize_element(&JobView::of(self.0, job))?;
        }
        list.end()
    }
}

/// A job, inside its order or alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobView<'a> {
    id: i64,
    repair_order_id: i64,
    vehicle_id: Option<i64>,
    customer_id: i64,
    name: &'a str,
    authorized: Option<bool>,
    authorized_date: Option<Stamp>,
    selected: bool,
    technician_id: Option<i64>,
    note: Option<&'a str>,
    canned_job_id: Option<i64>,
    job_category_name: Option<&'a str>,
    archived: bool,
    parts_total: Cents,
    labor_total: Cents,
    fee_total: Cents,
    discount_total: Cents,
    subtotal: Cents,
    labor_hours: Decimal,
    logged_hours: Option<Decimal>,
    sort: i64,
    labor: Vec<LaborView<'a>>,
    parts: Vec<PartView<'a>>,
    fees: Vec<ChargeView<'a>>,
    discounts: Vec<ChargeView<'a>>,
    created_date: Option<Stamp>,
    updated_date: Option<Stamp>,
    completed_date: Option<Stamp>,
}

impl<'a> JobView<'a> {
    pub(crate) fn of(order: &Order, job: &'a Job) -> Self {
        let totals = JobTotals::of(job);
        Self {
            id: job.id,
            repair_order_id: order.id,
            vehicle_id: order.vehicle_id,
            customer_id: order.customer_id,
            name: &job.name,
            authorized: job.decision.authorized,
            authorized_date: job.decision.decided_at,
            selected: job.selected,
            technician_id: job.technician_id,
            note: job.note.as_deref(),
            canned_job_id: None,
            job_category_name: job.category.as_deref(),
            archived: job.archived,
            parts_total: totals.parts,
            labor_total: totals.labor,
            fee_total: totals.fees,
            discount_total: totals.discounts,
            subtotal: totals.subtotal(),
            labor_hours: totals.hours,
            logged_hours: job.logged_hours,
            sort: job.sort,
            labor: job.labor.iter().map(LaborView::of).collect(),
            parts: job.parts.iter().map(PartView::of).collect(),
            fees: charges(&job.fees),
            discounts: charges(&job.discounts),
            created_date: job.created_at,
            updated_date: job.updated_at,
            completed_date: job.completed_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LaborView<'a> {
    id: i64,
    name: Option<&'a str>,
    rate: Cents,
    hours: Decimal,
    complete: bool,
    technician_id: Option<i64>,
}

impl<'a> LaborView<'a> {
    fn of(line: &'a Labor) -> Self {
        Self {
            id: line.id,
            name: line.name.as_deref(),
            rate: line.rate,
            hours: line.hours,
            complete: line.complete,
            technician_id: line.technician_id,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartView<'a> {
    id: i64,
    quantity: Option<Decimal>,
    brand: Option<&'a str>,
    name: Option<&'a str>,
    part_number: Option<&'a str>,
    description: Option<&'a str>,
    cost: Option<Cents>,
    retail: Cents,
    part_type: Named,
    part_status: Option<&'a str>,
}

impl<'a> PartView<'a> {
    fn of(line: &'a Part) -> Self {
        let part_type = match line.kind {
            PartKind::Part => Named::new(1, "PART", "Part"),
            PartKind::Tire => Named::new(2, "TIRE", "Tire"),
            PartKind::Battery => Named::new(5, "BATTERY", "Battery"),
        };
        Self {
            id: line.id,
            quantity: line.quantity,
            brand: line.brand.as_deref(),
            name: line.name.as_deref(),
            part_number: line.number.as_deref(),
            description: None,
            cost: line.cost,
            retail: line.retail,
            part_type,
            part_status: None,
        }
    }
}

#[derive(Serialize)]
struct VendorView<'a> {
    id: i64,
    name: &'a str,
    nickname: Option<&'a str>,
    website: Option<&'a str>,
    phone: Option<&'a str>,
}

#[derive(Serialize)]
struct SubletItemView<'a> {
    id: i64,
    name: &'a str,
    cost: Cents,
    price: Cents,
    complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubletView<'a> {
    id: i64,
    name: &'a str,
    vendor: VendorView<'a>,
    authorized: Option<bool>,
    authorized_date: Option<Stamp>,
    selected: bool,
    note: Option<&'a str>,
    items: [SubletItemView<'a>; 1],
    price: Cents,
    cost: Cents,
}

impl<'a> SubletView<'a> {
    fn of(sublet: &'a Sublet) -> Self {
        let vendor = VendorView {
            id: 2_201,
            name: &sublet.vendor,
            nickname: None,
            website: None,
            phone: None,
        };
        let item = SubletItemView {
            id: sublet.item_id,
            name: &sublet.name,
            cost: sublet.cost,
            price: sublet.price,
            complete: sublet.decision.authorized == Some(true),
        };
        Self {
            id: sublet.id,
            name: &sublet.name,
            vendor,
            authorized: sublet.decision.authorized,
            authorized_date: sublet.decision.decided_at,
            selected: true,
            note: None,
            items: [item],
            price: sublet.price,
            cost: sublet.cost,
        }
    }
}
