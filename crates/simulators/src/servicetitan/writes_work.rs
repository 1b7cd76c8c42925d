//! Writing jobs, appointments and assignments.

use axum::http::Method;
use serde_json::Value;

use super::booking;
use super::endpoints::Kind;
use super::jpm::{Job, JobStatus, VisitStatus};
use super::moment::Moment;
use super::params::{Answer, Refusal};
use super::plan::Visit;
use super::world::World;
use super::writes::{Done, external, id, list, number, text};
use crate::Stamp;

/// Carries out a write of `jpm` or `dispatch`.
pub(crate) fn answer(
    world: &mut World,
    method: &Method,
    rest: &[&str],
    body: &Value,
) -> Answer<Done> {
    match (method.as_str(), rest) {
        ("POST", ["jobs"]) => new_job(world, body),
        ("PATCH", ["jobs", job]) => patch_job(world, id(job)?, body),
        ("PUT", ["jobs", job, act]) => turn_job(world, id(job)?, act, body),
        ("POST", ["jobs", job, "notes"]) => {
            let (job, note) = (id(job)?, text(body, "text")?);
            let now = world.now;
            let noted = world.jobs.change(job, now, |row| {
                row.summary.push_str(&format!("<p>{note}</p>"))
            });
            noted.map(|()| Done::Empty).ok_or(Refusal::NotFound)
        }
        ("POST", ["appointments"]) => {
            let job = number(body, "jobId")?;
            world
                .jobs
                .get(job)
                .ok_or_else(|| Refusal::BadRequest("jobId", "there is none".to_owned()))?;
            let visit = visit(body)?;
            let id = appoint(world, job, &visit, body);
            Ok(Done::Row(Kind::Appointments, id))
        }
        (_, ["appointments", visit, act @ ..]) => {
            turn_visit(world, (method.as_str(), id(visit)?), act, body)
        }
        ("POST", ["appointment-assignments", "assign-technicians"]) => send(world, body, true),
        ("POST", ["appointment-assignments", "unassign-technicians"]) => send(world, body, false),
        _ => Err(Refusal::NotFound),
    }
}

fn instant(body: &Value, name: &'static str) -> Answer<Stamp> {
    let at = body[name].as_str().and_then(Moment::parse);
    at.map(Moment::stamp)
        .ok_or_else(|| Refusal::BadRequest(name, "not a date".to_owned()))
}

fn visit(body: &Value) -> Answer<Visit> {
    let (start, end) = (instant(body, "start")?, instant(body, "end")?);
    if end <= start {
        return Err(Refusal::BadRequest(
            "end",
            "must be after the start".to_owned(),
        ));
    }
    let window = instant(body, "arrivalWindowStart")
        .ok()
        .zip(instant(body, "arrivalWindowEnd").ok());
    Ok(Visit {
        start,
        end,
        window,
        trips: Vec::new(),
        unused: false,
    })
}

fn appoint(world: &mut World, job: i64, visit: &Visit, body: &Value) -> i64 {
    // No luck is involved when somebody writes an appointment: these dice are only asked for what nobody said.
    let mut dice = world.dice(70, world.appointments.next_id());
    let id = booking::appoint(world, job, visit, &mut dice);
    for technician in list(body, "technicianIds").unwrap_or_default() {
        booking::assign(world, (job, id), technician);
    }
    id
}

fn new_job(world: &mut World, body: &Value) -> Answer<Done> {
    let visits = body["appointments"]
        .as_array()
        .filter(|visits| !visits.is_empty());
    let visits = visits
        .ok_or_else(|| Refusal::BadRequest("appointments", "at least one is needed".to_owned()))?;
    let planned = visits.iter().map(visit).collect::<Answer<Vec<Visit>>>()?;
    let (customer, location) = (number(body, "customerId")?, number(body, "locationId")?);
    let (business_unit, job_type) = (number(body, "businessUnitId")?, number(body, "jobTypeId")?);
    let known = [
        ("customerId", world.customers.get(customer).is_some()),
        ("locationId", world.locations.get(location).is_some()),
        (
            "businessUnitId",
            world.business_units.get(business_unit).is_some(),
        ),
        ("jobTypeId", world.job_types.get(job_type).is_some()),
    ];
    if let Some((name, _)) = known.into_iter().find(|(_, known)| !known) {
        return Err(Refusal::BadRequest(name, "there is none".to_owned()));
    }
    let mut row = Job {
        status: JobStatus::Scheduled,
        completed_on: None,
        customer,
        location,
        business_unit,
        job_type,
        campaign: body["campaignId"].as_i64().unwrap_or(0),
        project: None,
        priority: priority(body).unwrap_or("Normal"),
        appointments: Vec::new(),
        recall_for: None,
        warranty_for: None,
        generated_from: None,
        no_charge: false,
        tags: list(body, "tagTypeIds").unwrap_or_default(),
        lead_call: None,
        booking: None,
        sold_by: None,
        invoice: None,
        membership: None,
        total: None,
        from_estimate: None,
        estimates: Vec::new(),
        summary: body["summary"].as_str().unwrap_or_default().to_owned(),
        customer_po: None,
        external: Vec::new(),
    };
    external(body, &mut row.external);
    let job = world.jobs.add(world.now, row);
    booking::log(world, job, "Job Booked");
    for (visit, body) in planned.iter().zip(visits) {
        appoint(world, job, visit, body);
    }
    Ok(Done::Row(Kind::Jobs, job))
}

fn priority(body: &Value) -> Option<&'static str> {
    let known = ["Low", "Normal", "High", "Urgent"];
    known.into_iter().find(|name| body["priority"] == *name)
}

fn patch_job(world: &mut World, job: i64, body: &Value) -> Answer<Done> {
    let now = world.now;
    let changed = world.jobs.change(job, now, |row| {
        if let Some(summary) = body["summary"].as_str() {
            summary.clone_into(&mut row.summary);
        }
        if let Some(order) = body["customerPo"].as_str() {
            row.customer_po = Some(order.to_owned());
        }
        row.priority = priority(body).unwrap_or(row.priority);
        row.campaign = body["campaignId"].as_i64().unwrap_or(row.campaign);
        row.business_unit = body["businessUnitId"].as_i64().unwrap_or(row.business_unit);
        row.job_type = body["jobTypeId"].as_i64().unwrap_or(row.job_type);
        row.tags = list(body, "tagTypeIds").unwrap_or_else(|| std::mem::take(&mut row.tags));
        external(body, &mut row.external);
    });
    changed
        .map(|()| Done::Row(Kind::Jobs, job))
        .ok_or(Refusal::NotFound)
}

fn turn_job(world: &mut World, job: i64, act: &str, body: &Value) -> Answer<Done> {
    let now = world.now;
    let live = world.jobs.meta(job).is_some_and(|meta| meta.active);
    let status = world
        .jobs
        .get(job)
        .filter(|_| live)
        .map(|row| row.status)
        .ok_or(Refusal::NotFound)?;
    let over = matches!(status, JobStatus::Completed | JobStatus::Canceled);
    let forbidden = || Refusal::Conflict(format!("Job {job} is {}", status.name()));
    match act {
        "cancel" => {
            let reason = number(body, "reasonId")?;
            world
                .cancel_reasons
                .get(reason)
                .ok_or_else(|| Refusal::BadRequest("reasonId", "there is none".to_owned()))?;
            if over {
                return Err(forbidden());
            }
            booking::call_off(world, job, reason, body["memo"].as_str().map(str::to_owned));
        }
        "remove-cancellation" if status == JobStatus::Canceled => booking::revive(world, job),
        "hold" if !over => {
            world
                .jobs
                .change(job, now, |row| row.status = JobStatus::Hold);
        }
        "complete" if !over => super::field::complete(world, job, Moment::at(now)),
        "remove-cancellation" | "hold" | "complete" => return Err(forbidden()),
        _ => return Err(Refusal::NotFound),
    }
    Ok(Done::Empty)
}

fn turn_visit(
    world: &mut World,
    (verb, visit): (&str, i64),
    act: &[&str],
    body: &Value,
) -> Answer<Done> {
    let now = world.now;
    let live = world
        .appointments
        .meta(visit)
        .is_some_and(|meta| meta.active);
    let row = world
        .appointments
        .get(visit)
        .filter(|_| live)
        .ok_or(Refusal::NotFound)?;
    let (status, job) = (row.status, row.job);
    let over = matches!(status, VisitStatus::Done | VisitStatus::Canceled);
    if over && act != ["special-instructions"] {
        return Err(Refusal::Conflict(format!(
            "Appointment {visit} is {}",
            status.name()
        )));
    }
    match (verb, act) {
        ("PATCH", ["reschedule"]) => {
            let to = self::visit(body)?;
            world.appointments.change(visit, now, |row| {
                (row.start, row.end) = (to.start, to.end);
                row.window = to.window.or(row.window);
            });
            booking::log(world, job, booking::RESCHEDULED);
        }
        ("PUT", ["hold"]) => {
            world
                .appointments
                .change(visit, now, |row| row.status = VisitStatus::Hold);
        }
        ("DELETE", ["hold"]) if status == VisitStatus::Hold => {
            world
                .appointments
                .change(visit, now, |row| row.status = VisitStatus::Scheduled);
        }
        (verb @ ("PUT" | "DELETE"), ["confirmation"]) => {
            world
                .appointments
                .change(visit, now, |row| row.confirmed = verb == "PUT");
        }
        ("PUT", ["special-instructions"]) => {
            let said = body["specialInstructions"].as_str().map(str::to_owned);
            world
                .appointments
                .change(visit, now, |row| row.special_instructions = said);
        }
        ("DELETE", []) => {
            if world
                .jobs
                .get(job)
                .is_some_and(|row| row.appointments.len() < 2)
            {
                return Err(Refusal::Conflict(format!("Job {job} needs an appointment")));
            }
            world.appointments.set_active(visit, now, false);
            world
                .jobs
                .change(job, now, |row| row.appointments.retain(|id| *id != visit));
            return Ok(Done::Empty);
        }
        _ => return Err(Refusal::NotFound),
    }
    Ok(Done::Row(Kind::Appointments, visit))
}

/// Assigns or takes away technicians.
fn send(world: &mut World, body: &Value, assign: bool) -> Answer<Done> {
    let now = world.now;
    let visit = number(body, "jobAppointmentId")?;
    let row = world.appointments.get(visit);
    let (job, status) = row
        .map(|row| (row.job, row.status))
        .ok_or_else(|| Refusal::BadRequest("jobAppointmentId", "there is none".to_owned()))?;
    if matches!(status, VisitStatus::Done | VisitStatus::Canceled) {
        return Err(Refusal::Conflict(format!(
            "Appointment {visit} is {}",
            status.name()
        )));
    }
    for technician in list(body, "technicianIds").unwrap_or_default() {
        world
            .technicians
            .get(technician)
            .ok_or_else(|| Refusal::BadRequest("technicianIds", "there is none".to_owned()))?;
        let sent = world.crews.get(&visit).cloned().unwrap_or_default();
        let there = sent.into_iter().find(|id| {
            let active = world.assignments.meta(*id).is_some_and(|meta| meta.active);
            active
                && world
                    .assignments
                    .get(*id)
                    .is_some_and(|row| row.technician == technician)
        });
        match (there, assign) {
            (None, true) => {
                booking::assign(world, (job, visit), technician);
            }
            (Some(id), false) => world.assignments.set_active(id, now, false),
            _ => {}
        }
    }
    Ok(Done::Empty)
}
