//! What can happen to a repair order. The generator plans steps, the control plane commands them,
//! and both go through [`apply`], so that every change obeys the same rules.

use super::entity::{Charge, Decision, Job, Labor, Order, Part, Status, Text};
use super::totals::OrderTotals;
use crate::{Cents, Decimal, Stamp};

/// One change of one order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    AddJobs(Vec<Job>),
    Decide(Vec<(i64, Decision)>),
    SetStatus(Status),
    Complete,
    Post(Status),
    Pay,
    Unpost,
    Delete,
    Undelete,
    SetTechnician {
        line_id: Option<i64>,
        technician_id: Option<i64>,
    },
    EditLine(LineEdit),
    RemoveLine {
        line_id: Option<i64>,
    },
    AddLabor(Labor),
    AddPart(Part),
    AddDiscount(Charge),
    RemoveDiscount {
        id: Option<i64>,
    },
    AddFee(Charge),
    SetKeytag(Text),
    SetCustomer(i64),
    SetAdvisor(Option<i64>),
    SetPostedAt(Stamp),
}

/// New values of a line; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineEdit {
    /// The line; the first labour line of an authorized job when `None`.
    pub(crate) line_id: Option<i64>,
    /// Hours of labour or quantity of a part.
    pub(crate) amount: Option<Decimal>,
    /// Rate of labour or retail of a part, per unit.
    pub(crate) price: Option<Cents>,
    /// Cost of a part, per unit.
    pub(crate) cost: Option<Cents>,
}

type Outcome = Result<(), &'static str>;

/// Applies a step at an instant: the order's `updatedDate` moves with every change, a job's only
/// when the job's own row changes (reference/tekmetric.md A.12.5).
///
/// # Errors
/// Says why the order does not allow the step; it is then unchanged.
pub(crate) fn apply(order: &mut Order, at: Stamp, step: Step) -> Outcome {
    if order.is_deleted() && !matches!(step, Step::Undelete) {
        return Err("it is deleted");
    }
    match step {
        Step::AddJobs(jobs) => order.jobs.extend(jobs),
        Step::Decide(decisions) => decide(order, at, &decisions)?,
        Step::SetStatus(status) => order.status = status,
        Step::Complete => complete(order, at),
        Step::Post(status) => post(order, at, status)?,
        Step::Pay => {
            order.paid = OrderTotals::of(order).total();
            if order.status == Status::AccountsReceivable {
                order.status = Status::Posted;
            }
        }
        Step::Unpost => {
            if !order.status.is_closed() {
                return Err("it is not posted");
            }
            order.status = Status::Complete;
            order.posted_at = None;
        }
        Step::Delete => {
            order.status_before_delete = order.status;
            order.status = Status::Deleted;
            order.deleted_at = Some(at);
        }
        Step::Undelete => undelete(order)?,
        other => apply_content(order, at, other)?,
    }
    order.updated_at = Some(at);
    order.given = None;
    Ok(())
}

fn apply_content(order: &mut Order, at: Stamp, step: Step) -> Outcome {
    match step {
        Step::SetTechnician {
            line_id,
            technician_id,
        } => {
            let (job, line) = labor_line(order, line_id).ok_or("it has no such labour line")?;
            order.jobs[job].labor[line].technician_id = technician_id;
            order.jobs[job].updated_at = Some(at);
            Ok(())
        }
        Step::EditLine(edit) => edit_line(order, at, &edit),
        Step::RemoveLine { line_id } => remove_line(order, at, line_id),
        Step::AddLabor(line) => on_first_authorized(order, at, |job| job.labor.push(line)),
        Step::AddPart(line) => on_first_authorized(order, at, |job| job.parts.push(line)),
        Step::AddDiscount(charge) => {
            order.discounts.push(charge);
            Ok(())
        }
        Step::RemoveDiscount { id } => remove_discount(order, id),
        Step::AddFee(charge) => {
            order.fees.push(charge);
            Ok(())
        }
        Step::SetKeytag(text) => {
            order.keytag = Some(text);
            Ok(())
        }
        Step::SetCustomer(customer_id) => {
            order.customer_id = customer_id;
            Ok(())
        }
        Step::SetAdvisor(advisor_id) => {
            order.advisor_id = advisor_id;
            Ok(())
        }
        Step::SetPostedAt(posted_at) => {
            order.posted_at = Some(posted_at);
            Ok(())
        }
        _ => Err("the step does not concern its content"),
    }
}

fn decide(order: &mut Order, at: Stamp, decisions: &[(i64, Decision)]) -> Outcome {
    if !decisions
        .iter()
        .all(|(id, _)| order.jobs.iter().any(|job| job.id == *id))
    {
        return Err("it has no such job");
    }
    for (id, decision) in decisions {
        for job in order.jobs.iter_mut().filter(|job| job.id == *id) {
            job.decision = *decision;
            job.selected = true;
            job.updated_at = Some(at);
        }
    }
    let authorized = decisions
        .iter()
        .any(|(_, decision)| decision.authorized == Some(true));
    if authorized {
        for sublet in order
            .sublets
            .iter_mut()
            .filter(|sublet| sublet.decision == Decision::OPEN)
        {
            sublet.decision = Decision {
                authorized: Some(true),
                decided_at: Some(at),
            };
        }
    }
    Ok(())
}

fn complete(order: &mut Order, at: Stamp) {
    order.completed_at = Some(at);
    // Completing after posting happens (B-44); it then changes the date alone.
    if order.status.is_closed() {
        return;
    }
    order.status = Status::Complete;
    let authorized = order
        .jobs
        .iter_mut()
        .filter(|job| job.decision.authorized == Some(true));
    for job in authorized.filter(|job| job.completed_at.is_none()) {
        job.completed_at = Some(at);
        job.updated_at = Some(at);
        for line in &mut job.labor {
            line.complete = true;
        }
    }
}

fn post(order: &mut Order, at: Stamp, status: Status) -> Outcome {
    if order.status.is_closed() {
        return Err("it is posted already");
    }
    order.status = status;
    order.posted_at = Some(at);
    order.paid = match status {
        Status::AccountsReceivable => Cents::ZERO,
        _ => OrderTotals::of(order).total(),
    };
    Ok(())
}

fn undelete(order: &mut Order) -> Outcome {
    if !order.is_deleted() {
        return Err("it is not deleted");
    }
    order.status = order.status_before_delete;
    order.deleted_at = None;
    Ok(())
}

/// Job and position of a labour line; without an id the first one of an authorized job, unassigned
/// ones before others.
fn labor_line(order: &Order, line_id: Option<i64>) -> Option<(usize, usize)> {
    let every = || {
        order.jobs.iter().enumerate().flat_map(|(job_at, job)| {
            job.labor
                .iter()
                .enumerate()
                .map(move |(line_at, line)| (job_at, line_at, job, line))
        })
    };
    let found = match line_id {
        Some(id) => every().find(|(_, _, _, line)| line.id == id),
        None => {
            let sold = || every().filter(|(_, _, job, _)| job.decision.authorized == Some(true));
            sold()
                .find(|(_, _, _, line)| line.technician_id.is_none())
                .or_else(|| sold().next())
        }
    };
    found.map(|(job, line, _, _)| (job, line))
}

fn edit_line(order: &mut Order, at: Stamp, edit: &LineEdit) -> Outcome {
    // Labour has no cost, so a new cost means a part.
    if let Some((job, line)) = labor_line(order, edit.line_id).filter(|_| edit.cost.is_none()) {
        let job = &mut order.jobs[job];
        let line = &mut job.labor[line];
        line.hours = edit.amount.unwrap_or(line.hours);
        line.rate = edit.price.unwrap_or(line.rate);
        job.updated_at = Some(at);
        return Ok(());
    }
    let wanted = edit.line_id;
    for job in &mut order.jobs {
        let found = job
            .parts
            .iter_mut()
            .find(|line| wanted.is_none_or(|id| line.id == id));
        if let Some(line) = found {
            line.quantity = edit.amount.or(line.quantity);
            line.retail = edit.price.unwrap_or(line.retail);
            line.cost = edit.cost.or(line.cost);
            job.updated_at = Some(at);
            return Ok(());
        }
    }
    Err("it has no such line")
}

fn remove_line(order: &mut Order, at: Stamp, line_id: Option<i64>) -> Outcome {
    for job in &mut order.jobs {
        if line_id.is_none() && job.decision.authorized != Some(true) {
            continue;
        }
        let before = job.parts.len() + job.labor.len();
        match line_id {
            Some(id) => {
                job.parts.retain(|line| line.id != id);
                job.labor.retain(|line| line.id != id);
            }
            None => {
                if job.parts.pop().is_none() {
                    job.labor.pop();
                }
            }
        }
        if job.parts.len() + job.labor.len() < before {
            job.updated_at = Some(at);
            return Ok(());
        }
    }
    Err("it has no such line")
}

fn on_first_authorized(order: &mut Order, at: Stamp, change: impl FnOnce(&mut Job)) -> Outcome {
    let job = order
        .jobs
        .iter_mut()
        .find(|job| job.decision.authorized == Some(true));
    let job = job.ok_or("it has no authorized job")?;
    change(job);
    job.updated_at = Some(at);
    Ok(())
}

fn remove_discount(order: &mut Order, id: Option<i64>) -> Outcome {
    let on_job = |job: &mut Job| remove_charge(&mut job.discounts, id);
    if remove_charge(&mut order.discounts, id) || order.jobs.iter_mut().any(on_job) {
        return Ok(());
    }
    Err("it has no such discount")
}

fn remove_charge(charges: &mut Vec<Charge>, id: Option<i64>) -> bool {
    let at = charges
        .iter()
        .position(|charge| id.is_none_or(|id| charge.id == id));
    at.map(|at| charges.remove(at)).is_some()
}
