//! Repair orders and their jobs.

use crate::page::VendorShopRef;
use crate::tekmetric::canonical::line::{charges, labor, parts, person, sublets};
use crate::tekmetric::canonical::{named, own_shop, required_id};
use crate::tekmetric::wire::{Extra, Fault, Read, Wire};
use domain::issue::{IssueCode, RejectReason};
use domain::record::{Job, OrderStatus, RepairOrder, VendorSums};
use domain::{Cents, CustomerId, JobId, OrderId, VehicleId};

pub(super) fn read(wire: &mut Wire<'_>, shop: &VendorShopRef) -> Read<(i64, RepairOrder)> {
    let mut order = blank_order();
    let (mut id, mut number, mut extra) = (None, None, Extra::default());
    if !wire.object("record")? {
        return Err(Fault::new(RejectReason::Malformed, "record: null"));
    }
    while let Some(key) = wire.key()? {
        match key {
            "id" => id = wire.integer("id")?,
            "repairOrderNumber" => number = wire.integer("repairOrderNumber")?,
            "shopId" => own_shop(wire, shop)?,
            "repairOrderStatus" => status(wire, &mut order)?,
            "repairOrderLabel" => {
                let label = named(wire, "repairOrderLabel")?;
                order.label_id = label.id;
                order.label = label.name.or(label.code);
            }
            "repairOrderCustomLabel" => {
                order.custom_label = named(wire, "repairOrderCustomLabel")?.name;
            }
            "jobs" => order.jobs = jobs(wire)?,
            "sublets" => order.sublets = sublets(wire)?,
            "fees" => order.fees = charges(wire, "fees", "Unnamed fee")?,
            "discounts" => order.discounts = charges(wire, "discounts", "Unnamed discount")?,
            "customerConcerns" => concerns(wire, &mut order)?,
            // Public links are secrets (quirk B-60); an appointment's start belongs to the appointment.
            "estimateUrl" | "inspectionUrl" | "invoiceUrl" | "appointmentStartTime" => {
                wire.ignore()?
            }
            _ if reference(wire, key, &mut order)? => {}
            _ if time(wire, key, &mut order)? => {}
            _ if sum(wire, key, &mut order)? => {}
            _ if text(wire, key, &mut order)? => {}
            _ => {
                let value = wire.unknown("", key)?;
                extra.push(key, value);
            }
        }
    }
    order.id = OrderId(required_id(id)?);
    order.number = number.ok_or_else(|| {
        Fault::new(
            RejectReason::MissingField,
            "repairOrderNumber: missing or null",
        )
    })?;
    if order.status == OrderStatus::Unknown {
        let known_by = order
            .status_id
            .map_or_else(|| "missing".to_owned(), |id| id.to_string());
        wire.issue(
            IssueCode::UnknownStatus,
            &format!("repairOrderStatus: {known_by}"),
        );
    }
    order.extra = extra.finish();
    Ok((order.id.0, order))
}

fn blank_order() -> RepairOrder {
    RepairOrder {
        id: OrderId(0),
        number: 0,
        status: OrderStatus::Unknown,
        status_id: None,
        customer_id: None,
        vehicle_id: None,
        advisor_id: None,
        technician_id: None,
        created_at: None,
        updated_at: None,
        posted_at: None,
        completed_at: None,
        deleted_at: None,
        promised_at: None,
        vendor: VendorSums::default(),
        amount_paid: Cents::ZERO,
        label: None,
        label_id: None,
        custom_label: None,
        keytag: None,
        color: None,
        customer_concern: None,
        tech_notes: None,
        lead_source: None,
        appointment_id: None,
        miles_in: None,
        miles_out: None,
        estimate_shared_at: None,
        inspection_shared_at: None,
        invoice_shared_at: None,
        jobs: Vec::new(),
        sublets: Vec::new(),
        fees: Vec::new(),
        discounts: Vec::new(),
        extra: None,
    }
}

/// The status by its number; by its code where the number is missing.
fn status(wire: &mut Wire<'_>, order: &mut RepairOrder) -> Read<()> {
    let status = named(wire, "repairOrderStatus")?;
    order.status_id = status.id.and_then(|id| i32::try_from(id).ok());
    order.status = match (status.id, status.code.as_deref()) {
        (Some(1), _) | (None, Some("ESTIMATE")) => OrderStatus::Estimate,
        (Some(2), _) | (None, Some("WORKINPROGRESS")) => OrderStatus::WorkInProgress,
        (Some(3), _) | (None, Some("COMPLETE")) => OrderStatus::Complete,
        (Some(4), _) | (None, Some("SAVEDFORLATER")) => OrderStatus::SavedForLater,
        (Some(5), _) | (None, Some("POSTED")) => OrderStatus::Posted,
        (Some(6), _) | (None, Some("ACCRECV")) => OrderStatus::AccountsReceivable,
        (Some(7), _) | (None, Some("DELETED")) => OrderStatus::Deleted,
        _ => OrderStatus::Unknown,
    };
    Ok(())
}

fn reference(wire: &mut Wire<'_>, key: &str, order: &mut RepairOrder) -> Read<bool> {
    match key {
        "customerId" => order.customer_id = reference_id(wire, "customerId")?.map(CustomerId),
        "vehicleId" => order.vehicle_id = reference_id(wire, "vehicleId")?.map(VehicleId),
        "technicianId" => order.technician_id = person(wire.integer("technicianId")?),
        "serviceWriterId" => order.advisor_id = person(wire.integer("serviceWriterId")?),
        "appointmentId" => order.appointment_id = wire.integer("appointmentId")?,
        "milesIn" => order.miles_in = wire.integer("milesIn")?,
        "milesOut" => order.miles_out = wire.integer("milesOut")?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// The id of another record; 0 is none.
fn reference_id(wire: &mut Wire<'_>, field: &'static str) -> Read<Option<i64>> {
    Ok(wire.integer(field)?.filter(|id| *id != 0))
}

fn time(wire: &mut Wire<'_>, key: &str, order: &mut RepairOrder) -> Read<bool> {
    match key {
        "createdDate" => order.created_at = wire.time("createdDate")?,
        "updatedDate" => order.updated_at = wire.time("updatedDate")?,
        "postedDate" => order.posted_at = wire.time("postedDate")?,
        "completedDate" => order.completed_at = wire.time("completedDate")?,
        "deletedDate" => order.deleted_at = wire.time("deletedDate")?,
        "customerTimeOut" => order.promised_at = wire.time("customerTimeOut")?,
        "estimateShareDate" => order.estimate_shared_at = wire.time("estimateShareDate")?,
        "inspectionShareDate" => order.inspection_shared_at = wire.time("inspectionShareDate")?,
        "invoiceShareDate" => order.invoice_shared_at = wire.time("invoiceShareDate")?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn sum(wire: &mut Wire<'_>, key: &str, order: &mut RepairOrder) -> Read<bool> {
    let vendor = &mut order.vendor;
    match key {
        "laborSales" => vendor.labor_sales = wire.cents("laborSales")?,
        "partsSales" => vendor.parts_sales = wire.cents("partsSales")?,
        "subletSales" => vendor.sublet_sales = wire.cents("subletSales")?,
        "feeTotal" => vendor.fee_total = wire.cents("feeTotal")?,
        "discountTotal" => vendor.discount_total = wire.cents("discountTotal")?,
        "taxes" => vendor.taxes = wire.cents("taxes")?,
        "totalSales" => vendor.total_sales = wire.cents("totalSales")?,
        "amountPaid" => order.amount_paid = wire.cents("amountPaid")?.unwrap_or_default(),
        _ => return Ok(false),
    }
    Ok(true)
}

fn text(wire: &mut Wire<'_>, key: &str, order: &mut RepairOrder) -> Read<bool> {
    match key {
        // Read as one word, written as the other (quirk B-51).
        "keytag" | "keyTag" => order.keytag = wire.text("keytag")?,
        "color" => order.color = wire.text("color")?,
        "leadSource" => order.lead_source = wire.text("leadSource")?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn concerns(wire: &mut Wire<'_>, order: &mut RepairOrder) -> Read<()> {
    let (mut concerns, mut notes) = (Vec::new(), Vec::new());
    if wire.array("customerConcerns")? {
        while wire.item()? {
            if !wire.object("customerConcerns[]")? {
                continue;
            }
            while let Some(key) = wire.key()? {
                match key {
                    "concern" => concerns.extend(wire.text("customerConcerns[].concern")?),
                    "techComment" => notes.extend(wire.text("customerConcerns[].techComment")?),
                    "id" => wire.ignore()?,
                    _ => {
                        wire.unknown("customerConcerns[].", key)?;
                    }
                }
            }
        }
    }
    let joined = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
    order.customer_concern = joined(concerns);
    order.tech_notes = joined(notes);
    Ok(())
}

fn jobs(wire: &mut Wire<'_>) -> Read<Vec<Job>> {
    let mut jobs: Vec<Job> = Vec::new();
    if wire.array("jobs")? {
        while wire.item()? {
            let Some(job) = job(wire)? else { continue };
            if jobs.iter().any(|other| other.id == job.id) {
                return Err(Fault::new(
                    RejectReason::DuplicateJob,
                    format!("jobs[].id: {} twice", job.id),
                ));
            }
            jobs.push(job);
        }
    }
    Ok(jobs)
}

fn job(wire: &mut Wire<'_>) -> Read<Option<Job>> {
    if !wire.object("jobs[]")? {
        return Ok(None);
    }
    let mut job = blank_job();
    let (mut id, mut name, mut extra) = (None, None, Extra::default());
    while let Some(key) = wire.key()? {
        match key {
            "id" => id = wire.integer("jobs[].id")?,
            "name" => name = wire.text("jobs[].name")?,
            "parts" => job.parts = parts(wire)?,
            "labor" => job.labor = labor(wire)?,
            "fees" => job.fees = charges(wire, "jobs[].fees", "Unnamed fee")?,
            "discounts" => job.discounts = charges(wire, "jobs[].discounts", "Unnamed discount")?,
            "subtotal" => job.vendor_subtotal = wire.cents("jobs[].subtotal")?,
            // The order says whose it is; the vendor's job sums are our sums of its lines.
            "repairOrderId" | "vehicleId" | "customerId" | "partsTotal" | "laborTotal"
            | "feeTotal" | "discountTotal" | "laborHours" => wire.ignore()?,
            _ if job_detail(wire, key, &mut job)? => {}
            _ => {
                let value = wire.unknown("jobs[].", key)?;
                extra.push(key, value);
            }
        }
    }
    job.id = JobId(
        id.ok_or_else(|| Fault::new(RejectReason::MissingField, "jobs[].id: missing or null"))?,
    );
    job.name = name.unwrap_or_else(|| {
        wire.issue(IssueCode::NullName, "jobs[].name");
        "Unnamed job".to_owned()
    });
    job.extra = extra.finish();
    Ok(Some(job))
}

fn job_detail(wire: &mut Wire<'_>, key: &str, job: &mut Job) -> Read<bool> {
    match key {
        "authorized" => job.authorized = wire.flag("jobs[].authorized")?,
        "authorizedDate" => job.authorized_at = wire.time("jobs[].authorizedDate")?,
        "selected" => job.selected = wire.flag("jobs[].selected")?,
        "archived" => job.archived = wire.flag("jobs[].archived")?,
        "technicianId" => job.technician_id = person(wire.integer("jobs[].technicianId")?),
        "note" => job.description = wire.text("jobs[].note")?,
        "jobCategoryName" => job.category_name = wire.text("jobs[].jobCategoryName")?,
        "cannedJobId" => job.canned_job_id = wire.integer("jobs[].cannedJobId")?,
        "loggedHours" => job.logged_hours = wire.hours("jobs[].loggedHours")?,
        "sort" => job.sort_order = wire.small("jobs[].sort")?,
        "createdDate" => job.created_at = wire.time("jobs[].createdDate")?,
        "updatedDate" => job.updated_at = wire.time("jobs[].updatedDate")?,
        "completedDate" => job.completed_at = wire.time("jobs[].completedDate")?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn blank_job() -> Job {
    Job {
        id: JobId(0),
        name: String::new(),
        description: None,
        category_name: None,
        canned_job_id: None,
        authorized: None,
        authorized_at: None,
        selected: None,
        archived: None,
        technician_id: None,
        logged_hours: None,
        created_at: None,
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
