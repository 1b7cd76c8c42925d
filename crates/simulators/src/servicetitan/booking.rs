//! Customers call, jobs are booked, called off, taken up again.

use super::callers::caller;
use super::config::DAY;
use super::crm::{Booking, Call, Lead};
use super::jpm::{
    Appointment, Assignment, CanceledLog, HistoryEntry, Job, JobStatus, Project, VisitStatus,
};
use super::life::Event;
use super::money::ServiceEvent;
use super::plan::{End, Origin, Plan, Visit};
use super::world::World;
use crate::Stamp;
use crate::dice::Dice;

/// What the history says of an appointment that moved.
pub(crate) const RESCHEDULED: &str = "Appointment Rescheduled";

fn customer_of(world: &mut World, origin: Origin, dice: &mut Dice) -> (i64, i64) {
    if let Origin::RecallOf(job) | Origin::WarrantyOf(job) = origin
        && let Some(row) = world.jobs.get(job)
    {
        return (row.customer, row.location);
    }
    let customer = caller(world, dice);
    let location = world
        .customers
        .get(customer)
        .and_then(|row| row.locations.first().copied());
    (customer, location.unwrap_or(0))
}

/// Writes a job down with its appointments and whoever goes there.
pub(crate) fn book(world: &mut World, plan: Plan) {
    let now = world.now;
    let mut dice = world.dice(10, plan.sequence);
    let (customer, location) = customer_of(world, plan.origin, &mut dice);
    let campaign = [51, 52, 53, 0][dice.weighted(&[30, 40, 20, 10])];
    let (recall_for, warranty_for) = match plan.origin {
        Origin::Demand => (None, None),
        Origin::RecallOf(job) => (Some(job), None),
        Origin::WarrantyOf(job) => (None, Some(job)),
    };
    let id = world.jobs.next_id();
    let demand = plan.origin == Origin::Demand;
    let (lead_call, booking) = source(world, (&plan, campaign), (customer, id), &mut dice);
    let no_charge = !demand && dice.chance(8_000);
    let project = project(world, &plan, (customer, location), (id, &mut dice));
    world.jobs.add(
        now,
        Job {
            status: JobStatus::Scheduled,
            completed_on: None,
            customer,
            location,
            business_unit: plan.business_unit,
            job_type: plan.job_type,
            campaign,
            project,
            priority: if dice.chance(800) { "Urgent" } else { "Normal" },
            appointments: Vec::new(),
            recall_for,
            warranty_for,
            generated_from: None,
            no_charge,
            tags: if dice.chance(500) {
                vec![42]
            } else {
                Vec::new()
            },
            lead_call,
            booking,
            sold_by: None,
            invoice: None,
            membership: world.customers.get(customer).and_then(|row| row.membership),
            total: None,
            from_estimate: None,
            estimates: Vec::new(),
            summary: "<p>No cooling</p>".to_owned(),
            customer_po: dice.chance(9_500).then(String::new),
            external: Vec::new(),
        },
    );
    log(world, id, "Job Booked");
    let moves = moves(world, &plan, &mut dice);
    for (index, visit) in plan.visits.iter().enumerate() {
        if moves && index == 0 {
            appoint(world, id, &a_day_before(visit), &mut dice);
            world.plan_event(now.plus(3_600), Event::Reschedule { job: id });
        } else {
            appoint(world, id, visit, &mut dice);
        }
    }
    remember_service(world, id, &mut dice);
    fate(world, id, &plan, &mut dice);
    world.plans.insert(id, plan);
}

/// Some are promised a day earlier at first, and called back.
fn moves(world: &World, plan: &Plan, dice: &mut Dice) -> bool {
    let ahead = plan
        .visits
        .first()
        .map_or(0, |visit| visit.start.0 - world.now.0);
    ahead > 2 * DAY && dice.chance(500)
}

fn a_day_before(visit: &Visit) -> Visit {
    let window = visit
        .window
        .map(|(start, end)| (start.plus(-DAY), end.plus(-DAY)));
    let (start, end) = (visit.start.plus(-DAY), visit.end.plus(-DAY));
    Visit {
        start,
        end,
        window,
        ..visit.clone()
    }
}

/// Moves a job's first appointment to where its plan has it.
pub(crate) fn reschedule(world: &mut World, job: i64) {
    let now = world.now;
    let planned = world.plans.get(&job).and_then(|plan| plan.visits.first());
    let Some((start, end, window)) = planned.map(|visit| (visit.start, visit.end, visit.window))
    else {
        return;
    };
    let first = world
        .jobs
        .get(job)
        .and_then(|row| row.appointments.first().copied());
    if let Some(first) = first {
        world.appointments.change(first, now, |row| {
            (row.start, row.end, row.window) = (start, end, window);
        });
        log(world, job, RESCHEDULED);
    }
}

/// The call or the web booking that a job comes from.
fn source(
    world: &mut World,
    (plan, campaign): (&Plan, i64),
    (customer, id): (i64, i64),
    dice: &mut Dice,
) -> (Option<i64>, Option<i64>) {
    let now = world.now;
    let demand = plan.origin == Origin::Demand;
    let lead_call =
        (demand && dice.chance(6_000)).then(|| booked_call(world, (customer, id), campaign, dice));
    let booking = (demand && lead_call.is_none() && dice.chance(2_500)).then(|| {
        let name = world
            .customers
            .get(customer)
            .map(|row| row.name.clone())
            .unwrap_or_default();
        let start = plan.visits.first().map_or(now, |visit| visit.start);
        let (business_unit, job_type) = (plan.business_unit, plan.job_type);
        world.bookings.add(
            now,
            Booking {
                status: "Converted",
                name,
                start,
                business_unit,
                job_type,
                campaign,
                job: Some(id),
            },
        )
    });
    (lead_call, booking)
}

/// Some of the bigger jobs are part of a project.
fn project(
    world: &mut World,
    plan: &Plan,
    (customer, location): (i64, i64),
    (id, dice): (i64, &mut Dice),
) -> Option<i64> {
    let now = world.now;
    (plan.origin == Origin::Demand && plan.visits.len() > 1 && dice.chance(3_000)).then(|| {
        let status = dice.chance(5_000).then_some("In Progress");
        let name = format!("Project for job {id}");
        world.projects.add(
            now,
            Project {
                name,
                status,
                customer,
                location,
                business_unit: plan.business_unit,
                start: now,
                jobs: vec![id],
            },
        )
    })
}

/// A tune-up of a member is one of the visits that the membership promises.
fn remember_service(world: &mut World, job: i64, dice: &mut Dice) {
    let member = world
        .jobs
        .get(job)
        .filter(|row| row.job_type == 22)
        .and_then(|row| row.membership);
    if let Some(membership) = member
        && dice.chance(6_000)
    {
        let date = world.now.date_in(&world.zone);
        world.service_events.add(
            world.now,
            ServiceEvent {
                membership,
                status: "Won",
                date,
                job: Some(job),
            },
        );
    }
}

pub(crate) fn log(world: &mut World, job: i64, event: &'static str) {
    let at = world.now;
    world.history.add(at, HistoryEntry { job, event, at });
}

fn booked_call(
    world: &mut World,
    (customer, job): (i64, i64),
    campaign: i64,
    dice: &mut Dice,
) -> i64 {
    world.calls.add(
        world.now,
        Call {
            received: world.now,
            seconds: dice.between(40, 900),
            direction: "Inbound",
            kind: Some("Booked"),
            from: format!("555{:07}", dice.below(9_999_999)),
            campaign: campaign.max(51),
            customer: Some(customer),
            job: Some(job),
            agent: 301,
        },
    )
}

/// Writes an appointment down; gives its id.
pub(crate) fn appoint(world: &mut World, job: i64, visit: &Visit, dice: &mut Dice) -> i64 {
    let now = world.now;
    let (customer, ordinal) = world
        .jobs
        .get(job)
        .map_or((0, 1), |row| (row.customer, row.appointments.len() + 1));
    let status = if visit.unused && dice.chance(4_000) {
        VisitStatus::Hold
    } else {
        VisitStatus::Scheduled
    };
    let id = world.appointments.add(
        now,
        Appointment {
            job,
            customer,
            ordinal,
            start: visit.start,
            end: visit.end,
            window: visit.window,
            status,
            special_instructions: dice.chance(700).then(|| "Call ahead".to_owned()),
            unused: visit.unused,
            confirmed: dice.chance(6_000),
        },
    );
    world.jobs.change(job, now, |row| row.appointments.push(id));
    if dice.chance(400)
        && let Some(trip) = visit.trips.first()
    {
        // Given to somebody else first, then taken away again.
        let count = world.config.technicians as i64;
        let other = super::config::FIRST_TECHNICIAN
            + (trip.technician - super::config::FIRST_TECHNICIAN + 1) % count;
        let mistaken = assign(world, (job, id), other);
        world.assignments.set_active(mistaken, now, false);
    }
    for trip in &visit.trips {
        assign(world, (job, id), trip.technician);
    }
    id
}

/// Sends a technician; gives the assignment's id.
pub(crate) fn assign(world: &mut World, (job, appointment): (i64, i64), technician: i64) -> i64 {
    let assigned_on = world.now;
    let id = world.assignments.add(
        assigned_on,
        Assignment {
            technician,
            status: VisitStatus::Scheduled,
            job,
            appointment,
            assigned_on,
        },
    );
    world.crews.entry(appointment).or_default().push(id);
    id
}

/// Puts on the agenda what becomes of a job.
fn fate(world: &mut World, job: i64, plan: &Plan, dice: &mut Dice) {
    let now = world.now;
    let first = plan.visits.first().map_or(now, |visit| visit.start);
    let ahead = (first.0 - now.0).max(0);
    let part = |tenths: i64| now.plus(ahead * tenths / 10);
    match plan.end {
        End::Completed => {}
        End::Revived => {
            world.plan_event(part(3), Event::Drop { job, last: false });
            world.plan_event(part(5), Event::Revive { job });
        }
        End::Canceled | End::CanceledAfterwards => {
            world.plan_event(part(dice.between(2, 9)), Event::Drop { job, last: true });
        }
        End::CanceledTwice => {
            world.plan_event(part(2), Event::Drop { job, last: false });
            world.plan_event(part(4), Event::Revive { job });
            world.plan_event(part(7), Event::Drop { job, last: true });
        }
        End::Deleted => world.plan_event(part(1), Event::Delete { job }),
    }
    for (visit, planned) in plan.visits.iter().enumerate() {
        let Some(trip) = planned.trips.first().filter(|_| !planned.unused) else {
            continue;
        };
        let last = planned.trips.iter().map(|trip| trip.done.stamp()).max();
        world.plan_event(trip.dispatched, Event::Dispatch { job, visit });
        world.plan_event(trip.arrived.stamp(), Event::Arrive { job, visit });
        world.plan_event(
            last.unwrap_or(planned.end).plus(1),
            Event::Finish { job, visit },
        );
    }
}

/// Calls a job off; `last` says that nothing comes after it.
pub(crate) fn cancel(world: &mut World, job: i64, last: bool) {
    let now = world.now;
    let mut dice = world.dice(11, job);
    let afterwards = world
        .plans
        .get(&job)
        .is_some_and(|plan| plan.end == End::CanceledAfterwards);
    call_off(world, job, 91 + dice.below(3) as i64, None);
    if afterwards {
        let on = super::moment::Moment::sprinkled(now, job.unsigned_abs());
        world
            .jobs
            .change(job, now, |row| row.completed_on = Some(on));
    }
    if last {
        world.plans.remove(&job);
    }
}

/// The cancellation itself: the job, its open appointments, a log and a line of history.
pub(crate) fn call_off(world: &mut World, job: i64, reason: i64, memo: Option<String>) {
    let now = world.now;
    let visits = world.jobs.change(job, now, |row| {
        row.status = JobStatus::Canceled;
        row.appointments.clone()
    });
    for visit in visits.unwrap_or_default() {
        if world
            .appointments
            .get(visit)
            .is_some_and(|row| row.status != VisitStatus::Done)
        {
            world
                .appointments
                .change(visit, now, |row| row.status = VisitStatus::Canceled);
        }
    }
    world
        .canceled_logs
        .add(now, CanceledLog { job, reason, memo });
    log(world, job, "Job Canceled");
}

/// Takes a cancelled job up again.
pub(crate) fn revive(world: &mut World, job: i64) {
    let now = world.now;
    let visits = world.jobs.change(job, now, |row| {
        row.status = JobStatus::Scheduled;
        row.completed_on = None;
        row.appointments.clone()
    });
    for visit in visits.unwrap_or_default() {
        if world
            .appointments
            .get(visit)
            .is_some_and(|row| row.status == VisitStatus::Canceled)
        {
            world
                .appointments
                .change(visit, now, |row| row.status = VisitStatus::Scheduled);
        }
    }
    log(world, job, "Job Cancellation Removed");
}

/// Deletes a job: only the feed tells, by `active`.
pub(crate) fn delete(world: &mut World, job: i64) {
    let now = world.now;
    world.plans.remove(&job);
    let visits = world
        .jobs
        .get(job)
        .map(|row| row.appointments.clone())
        .unwrap_or_default();
    for visit in visits {
        for assignment in world.crews.get(&visit).cloned().unwrap_or_default() {
            world.assignments.set_active(assignment, now, false);
        }
        world.appointments.set_active(visit, now, false);
    }
    world.jobs.set_active(job, now, false);
}

/// A call that books nothing; some leave a lead.
pub(crate) fn missed_call(world: &mut World) {
    let now: Stamp = world.now;
    let mut dice = world.dice(12, world.calls.next_id());
    let kind = [
        Some("Unbooked"),
        Some("Excused"),
        Some("NotLead"),
        Some("Abandoned"),
        None,
    ][dice.weighted(&[35, 20, 20, 15, 10])];
    let campaign = 51 + dice.below(3) as i64;
    world.calls.add(
        now,
        Call {
            received: now,
            seconds: dice.between(5, 400),
            direction: if dice.chance(8_500) {
                "Inbound"
            } else {
                "Outbound"
            },
            kind,
            from: format!("555{:07}", dice.below(9_999_999)),
            campaign,
            customer: None,
            job: None,
            agent: 302,
        },
    );
    let unit = dice.below(2) as i64;
    if kind == Some("Unbooked") && dice.chance(2_500) {
        let status = if dice.chance(3_000) {
            "Dismissed"
        } else {
            "Open"
        };
        world.leads.add(
            now,
            Lead {
                status,
                customer: None,
                business_unit: 11 + unit,
                job_type: 21 + 3 * unit,
                campaign,
            },
        );
    }
    if kind.is_none() && dice.chance(4_000) {
        let name = "Web visitor".to_owned();
        world.bookings.add(
            now,
            Booking {
                status: "New",
                name,
                start: now.plus(172_800),
                business_unit: 11 + unit,
                job_type: 21 + 3 * unit,
                campaign,
                job: None,
            },
        );
    }
}
