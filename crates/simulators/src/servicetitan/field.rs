//! Technicians on their way, at work, done.

use super::config::{DAY, FIRST_TECHNICIAN, PlantKind};
use super::jpm::{JobStatus, VisitStatus};
use super::life::Event;
use super::moment::Moment;
use super::money::{Estimate, EstimateItem};
use super::payroll::{JobTimesheet, Rating, Split};
use super::plan::{Slip, Visit};
use super::world::World;
use crate::{Cents, Decimal};

/// The visit and its appointment, unless the job was called off.
fn going_on(world: &World, job: i64, visit: usize) -> Option<(Visit, i64)> {
    let row = world.jobs.get(job)?;
    let open = !matches!(row.status, JobStatus::Canceled | JobStatus::Completed);
    let appointment = *row.appointments.get(visit)?;
    let going = world.appointments.get(appointment)?.status;
    let live = !matches!(going, VisitStatus::Canceled | VisitStatus::Done);
    let planned = world.plans.get(&job)?.visits.get(visit)?.clone();
    (open && live).then_some((planned, appointment))
}

fn set_visit(world: &mut World, appointment: i64, status: VisitStatus) {
    let now = world.now;
    world
        .appointments
        .change(appointment, now, |row| row.status = status);
    for id in world.crews.get(&appointment).cloned().unwrap_or_default() {
        if world.assignments.meta(id).is_some_and(|meta| meta.active) {
            world.assignments.change(id, now, |row| row.status = status);
        }
    }
}

/// The crew leaves.
pub(crate) fn dispatch(world: &mut World, job: i64, visit: usize) {
    let Some((planned, appointment)) = going_on(world, job, visit) else {
        return;
    };
    let now = world.now;
    world
        .jobs
        .change(job, now, |row| row.status = JobStatus::Dispatched);
    set_visit(world, appointment, VisitStatus::Dispatched);
    for trip in planned
        .trips
        .iter()
        .filter(|trip| trip.slip != Slip::Missing)
    {
        let id = world.job_timesheets.add(
            now,
            JobTimesheet {
                job,
                appointment,
                technician: trip.technician,
                dispatched: Some(Moment::at(trip.dispatched)),
                arrived: None,
                canceled: None,
                done: None,
            },
        );
        world.sheets.entry(job).or_default().push(id);
    }
    super::booking::log(world, job, "Technician Dispatched");
}

/// The sheets of one visit, with their trips.
fn sheets_of(
    world: &World,
    (job, appointment): (i64, i64),
    planned: &Visit,
) -> Vec<(i64, super::plan::Trip)> {
    let ids = world
        .sheets
        .get(&job)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let find = |id: &i64| {
        let sheet = world
            .job_timesheets
            .get(*id)
            .filter(|sheet| sheet.appointment == appointment)?;
        let trip = planned
            .trips
            .iter()
            .find(|trip| trip.technician == sheet.technician)?;
        Some((*id, *trip))
    };
    ids.iter().filter_map(find).collect()
}

/// The crew arrives.
pub(crate) fn arrive(world: &mut World, job: i64, visit: usize) {
    let Some((planned, appointment)) = going_on(world, job, visit) else {
        return;
    };
    let now = world.now;
    world
        .jobs
        .change(job, now, |row| row.status = JobStatus::InProgress);
    set_visit(world, appointment, VisitStatus::Working);
    for (id, trip) in sheets_of(world, (job, appointment), &planned) {
        world.job_timesheets.change(id, now, |row| match trip.slip {
            Slip::Canceled => row.canceled = Some(Moment::at(trip.arrived.stamp().plus(-60))),
            _ => row.arrived = Some(trip.arrived),
        });
    }
}

/// The crew is done; after the last visit so is the job.
pub(crate) fn finish(world: &mut World, job: i64, visit: usize) {
    let Some((planned, appointment)) = going_on(world, job, visit) else {
        return;
    };
    let now = world.now;
    for (id, trip) in sheets_of(world, (job, appointment), &planned) {
        if trip.slip == Slip::None {
            world
                .job_timesheets
                .change(id, now, |row| row.done = Some(trip.done));
        }
    }
    set_visit(world, appointment, VisitStatus::Done);
    let more = world.plans.get(&job).is_some_and(|plan| {
        let rest = plan.visits.iter().skip(visit + 1);
        rest.into_iter().any(|next| !next.unused)
    });
    if more {
        let held = world.dice(20, job).chance(3_000);
        let status = if held {
            JobStatus::Hold
        } else {
            JobStatus::Scheduled
        };
        world.jobs.change(job, now, |row| row.status = status);
        return;
    }
    let on = planned
        .trips
        .iter()
        .map(|trip| trip.done)
        .max()
        .unwrap_or(Moment::at(now));
    complete(world, job, on);
}

/// Completes a job: who gets credit, what comes back, what is sold, what is billed.
pub(crate) fn complete(world: &mut World, job: i64, on: Moment) {
    let now = world.now;
    world.jobs.change(job, now, |row| {
        row.status = JobStatus::Completed;
        row.completed_on = Some(on);
    });
    let visits = world
        .jobs
        .get(job)
        .map(|row| row.appointments.clone())
        .unwrap_or_default();
    for visit in visits {
        if world.appointments.get(visit).is_some_and(|row| row.unused) {
            world
                .appointments
                .change(visit, now, |row| row.status = VisitStatus::Canceled);
        }
    }
    super::booking::log(world, job, "Job Completed");
    let mut dice = world.dice(21, job);
    let mut crew: Vec<i64> = Vec::new();
    if let Some(row) = world.jobs.get(job) {
        for technician in world.crew_of(row) {
            if !crew.contains(&technician) {
                crew.push(technician);
            }
        }
    }
    credit(world, job, &crew, dice.below(3));
    let lead = crew.first().copied().unwrap_or(FIRST_TECHNICIAN);
    if dice.chance(3_000) {
        let rating = dice.between(4, 10);
        world.ratings.add(
            now,
            Rating {
                technician: lead,
                job,
                rating,
            },
        );
    }
    let prone = lead == world.config.technician(4) && world.config.has(PlantKind::Recalls, now);
    if dice.chance(if prone { 2_700 } else { 300 }) {
        let at = now.plus(dice.between(DAY / 2, 34 * DAY));
        let warranty = dice.chance(1_500);
        world.plan_event(at, Event::Recall { job, warranty });
    }
    let second_unit = world
        .jobs
        .get(job)
        .is_some_and(|row| row.business_unit == 12);
    let forgotten = second_unit && world.config.has(PlantKind::NoInvoice, now) && dice.chance(833);
    if !forgotten && !dice.chance(60) {
        world.plan_event(now.plus(dice.between(60, 2_400)), Event::Invoice { job });
    }
    if dice.chance(2_200) {
        estimate(world, job, &mut dice);
    }
}

/// Shares of the credit; they need not add to a hundred.
fn credit(world: &mut World, job: i64, crew: &[i64], mode: usize) {
    let shares: &[i64] = match (crew.len(), mode) {
        (0 | 1, _) => &[100_0000],
        (2, 0) => &[50_0000, 50_0000],
        (2, 1) => &[70_0000, 30_0000],
        (2, _) => &[100_0000, 0],
        (_, 0) => &[50_0000, 25_0000, 25_0000],
        _ => &[33_3333, 33_3333, 33_3333],
    };
    for (technician, percent) in crew.iter().zip(shares) {
        let row = Split {
            job,
            technician: *technician,
            percent: Decimal(*percent),
        };
        world.splits.add(world.now, row);
    }
}

/// Offers something bigger.
fn estimate(world: &mut World, job: i64, dice: &mut crate::dice::Dice) {
    let now = world.now;
    let Some((customer, location, unit)) = world
        .jobs
        .get(job)
        .map(|row| (row.customer, row.location, row.business_unit))
    else {
        return;
    };
    let equipment = 4_401 + dice.below(3) as i64;
    let Some((name, price, cost)) = world
        .equipment
        .get(equipment)
        .map(|sku| (sku.name, sku.price, sku.cost))
    else {
        return;
    };
    let price = price + Cents(dice.between(-20_000, 40_000));
    let item = EstimateItem {
        id: world.part_id(),
        sku: equipment,
        name,
        price,
        cost,
    };
    let id = world.estimates.add(
        now,
        Estimate {
            // Some are written at the counter, for no job at all.
            job: dice.chance(9_400).then_some(job),
            customer,
            location,
            business_unit: unit,
            name: "Replacement",
            status: "Open",
            sold_on: None,
            sold_by: None,
            items: vec![item],
            created: Moment::at(now),
        },
    );
    world.jobs.change(job, now, |row| row.estimates.push(id));
    if dice.chance(8_500) {
        world.plan_event(
            now.plus(dice.between(600, 12 * DAY)),
            Event::Decide { estimate: id },
        );
    }
}
