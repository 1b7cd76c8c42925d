//! A working day planned a week ahead: who is on shift, which slots are sold, and how each visit will go.

use jiff::civil::{Date, Weekday};

use super::config::{DAY, FIRST_TECHNICIAN, PlantKind};
use super::life::Event;
use super::moment::{Moment, later};
use super::payroll::{NonJobAppointment, Shift};
use super::world::World;
use crate::Stamp;
use crate::dice::Dice;

/// How far ahead a day is planned, in days.
const AHEAD: i64 = 7;

/// The life of a job, decided before it is booked.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) sequence: i64,
    pub(crate) job_type: i64,
    pub(crate) business_unit: i64,
    pub(crate) visits: Vec<Visit>,
    pub(crate) end: End,
    pub(crate) origin: Origin,
}

/// What becomes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Completed,
    /// Cancelled, revived, then done after all.
    Revived,
    Canceled,
    /// Cancelled with a completion date (Q16).
    CanceledAfterwards,
    /// Cancelled, revived and cancelled again (Q17).
    CanceledTwice,
    Deleted,
}

/// Why a job exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Demand,
    RecallOf(i64),
    WarrantyOf(i64),
}

/// An appointment to be.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) start: Stamp,
    pub(crate) end: Stamp,
    pub(crate) window: Option<(Stamp, Stamp)>,
    pub(crate) trips: Vec<Trip>,
    /// Replaced before it came to anything.
    pub(crate) unused: bool,
}

/// One technician's way to an appointment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trip {
    pub(crate) technician: i64,
    pub(crate) dispatched: Stamp,
    pub(crate) arrived: Moment,
    pub(crate) done: Moment,
    pub(crate) slip: Slip,
}

/// What went wrong with the clock of a trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    None,
    /// Called back on the way.
    Canceled,
    /// Forgot to clock out.
    Open,
    /// Never touched the clock.
    Missing,
}

/// Plans a day, and puts the next one on the agenda.
pub(crate) fn open_day(world: &mut World, day: Date) {
    let next = later(day, 1);
    let at = local(world, later(next, -AHEAD), (5, 0));
    world.plan_event(at, Event::OpenDay(next));
    let number = super::moment::midnight(day).0 / DAY;
    for ordinal in 0..world.config.technicians {
        let mut dice = world.dice(2, number * 1_000 + ordinal as i64);
        technician_day(world, (day, ordinal), &mut dice);
    }
    let mut dice = world.dice(3, number);
    let calls = 1 + world.config.technicians / 3;
    for _ in 0..dice.below(calls * 2) {
        let at = local(world, day, (8, 0)).plus(dice.between(0, 36_000));
        world.plan_event(at, Event::MissedCall);
    }
    if dice.chance(2_500) {
        let at = local(world, day, (12, 0)).plus(dice.between(0, 9_000));
        world.plan_event(at, Event::CounterSale);
    }
}

/// The instant at which the tenant's clock shows this day and time.
pub(crate) fn local(world: &World, day: Date, (hour, minute): (i8, i8)) -> Stamp {
    Stamp::local(&world.zone, day.at(hour, minute, 0, 0))
}

fn technician_day(world: &mut World, (day, ordinal): (Date, usize), dice: &mut Dice) {
    let technician = FIRST_TECHNICIAN + ordinal as i64;
    let works = match day.weekday() {
        Weekday::Sunday => false,
        Weekday::Saturday => dice.chance(3_000),
        _ => true,
    };
    let hour = |world: &World, hour: i8| local(world, day, (hour, 0));
    let shift = |kind, title, start, end| Shift {
        kind,
        title,
        technician,
        start,
        end,
    };
    if ordinal as i64 == i64::from(day.day()) % world.config.technicians.max(1) as i64 {
        let span = (hour(world, 18), local(world, later(day, 1), (6, 0)));
        world
            .shifts
            .add(world.now, shift("OnCall", "On call", span.0, span.1));
        if dice.chance(4_000) {
            let start = local(world, day, (22, 0));
            slot(world, (start, ordinal), dice, true);
        }
    }
    if !works {
        return;
    }
    if dice.chance(400) {
        let (start, end) = (hour(world, 8), hour(world, 17));
        world
            .shifts
            .add(world.now, shift("TimeOff", "Holiday", start, end));
        return;
    }
    let (start, end) = (hour(world, 8), hour(world, 17));
    let id = world
        .shifts
        .add(world.now, shift("Normal", "Day", start, end));
    if dice.chance(150) {
        let at = local(world, later(day, -2), (9, 0));
        world.plan_event(at, Event::MoveShift { shift: id });
    }
    if dice.chance(600) {
        let row = NonJobAppointment {
            technician,
            start: hour(world, 16),
            seconds: 3_600,
            name: "Team meeting",
            blocks_capacity: dice.chance(5_000),
            code: 81,
        };
        world.non_job_appointments.add(world.now, row);
    }
    if dice.chance(2_500) {
        let at = hour(world, 17);
        world.plan_event(at, Event::ShopTime { technician });
    }
    for start_hour in [8, 10, 13, 15] {
        if dice.chance(world.config.booked_slots) {
            let start = hour(world, start_hour);
            slot(world, (start, ordinal), dice, false);
        }
    }
}

const ENDS: [(End, u32); 6] = [
    (End::Completed, 8_760),
    (End::Revived, 100),
    (End::Canceled, 900),
    (End::CanceledAfterwards, 80),
    (End::CanceledTwice, 60),
    (End::Deleted, 100),
];

/// Sells a slot: a job that will be booked some time before.
fn slot(world: &mut World, (start, ordinal): (Stamp, usize), dice: &mut Dice, emergency: bool) {
    let unit = ordinal % 2;
    let kind = [21, 22, 23][dice.weighted(&[60, 28, 12])] + 3 * unit as i64;
    let kind = if emergency {
        21 + 3 * unit as i64
    } else {
        kind
    };
    let mut plan = Plan {
        sequence: 0,
        job_type: kind,
        business_unit: 11 + unit as i64,
        visits: Vec::new(),
        end: ENDS[dice.weighted(&ENDS.map(|(_, weight)| weight))].0,
        origin: Origin::Demand,
    };
    let crew = crew(world, (start, ordinal), dice);
    let installs = kind == 23 || kind == 26;
    plan.visits
        .push(visit(world, (start, &crew), dice, installs));
    if installs || dice.chance(800) {
        plan.visits
            .push(visit(world, (start.plus(3 * DAY), &crew), dice, installs));
    }
    if dice.chance(150) {
        let mut unused = visit(world, (start.plus(DAY), &crew[..1]), dice, false);
        unused.unused = true;
        plan.visits.push(unused);
    }
    if dice.chance(300)
        && let Some(visit) = plan.visits.first_mut()
    {
        visit.window = None;
    }
    let lead = if emergency {
        dice.between(1_800, 7_200)
    } else {
        dice.between(3_600, 6 * DAY)
    };
    book(world, plan, start.plus(-lead));
}

/// Gives a plan its number and puts its booking on the agenda.
fn book(world: &mut World, mut plan: Plan, at: Stamp) {
    world.jobs_planned += 1;
    plan.sequence = i64::try_from(world.jobs_planned).unwrap_or(0);
    world.plan_event(at, Event::Book(Box::new(plan)));
}

/// Somebody comes back: the job that a finished one calls for.
pub(crate) fn recall(world: &mut World, job: i64, warranty: bool) {
    let Some((unit, technician)) = world
        .jobs
        .get(job)
        .map(|row| (row.business_unit, world.crew_of(row).next()))
    else {
        return;
    };
    let mut dice = world.dice(4, job);
    let day = later(world.now.date_in(&world.zone), dice.between(1, 3));
    let start = local(world, day, (10, 0));
    let crew = [technician.unwrap_or(FIRST_TECHNICIAN)];
    let visits = vec![visit(world, (start, &crew), &mut dice, false)];
    let now = world.now;
    let plan = Plan {
        sequence: 0,
        job_type: 27 + (unit - 11),
        business_unit: unit,
        visits,
        end: if dice.chance(800) {
            End::Canceled
        } else {
            End::Completed
        },
        origin: if warranty {
            Origin::WarrantyOf(job)
        } else {
            Origin::RecallOf(job)
        },
    };
    book(world, plan, now);
}

fn crew(world: &World, (start, ordinal): (Stamp, usize), dice: &mut Dice) -> Vec<i64> {
    let count = world.config.technicians.max(1);
    let shared = if world.config.has(PlantKind::SplitJobs, start) {
        3_300
    } else {
        1_000
    };
    let size = match dice.chance(shared) {
        true if dice.chance(2_500) => 3,
        true => 2,
        false => 1,
    };
    (0..size.min(count))
        .map(|index| FIRST_TECHNICIAN + ((ordinal + 2 * index) % count) as i64)
        .fold(Vec::new(), |mut crew, id| {
            if !crew.contains(&id) {
                crew.push(id);
            }
            crew
        })
}

fn visit(world: &World, (start, crew): (Stamp, &[i64]), dice: &mut Dice, long: bool) -> Visit {
    let window = (start, start.plus(7_200));
    let late = world.config.has(PlantKind::LateArrivals, start)
        && crew.first() == Some(&world.config.technician(1));
    let arrival = match dice.weighted(&[if late { 9_200 } else { 800 }, 400, 8_000]) {
        0 => window.1.plus(dice.between(1, 4_200)),
        1 => start.plus(-dice.between(60, 1_500)),
        // Now and then to the second at the end of the window, which is still on time.
        _ if dice.chance(50) => window.1,
        _ => start.plus(dice.between(0, 5_400)),
    };
    let work = if long {
        dice.between(7_200, 18_000)
    } else {
        dice.between(2_400, 8_400)
    };
    let trips = crew
        .iter()
        .enumerate()
        .map(|(index, technician)| {
            let behind = if index == 0 {
                0
            } else {
                dice.between(0, 1_800)
            };
            let arrived =
                Moment::sprinkled(arrival.plus(behind), start.0.unsigned_abs() + index as u64);
            let arrived = if arrival == window.1 && index == 0 {
                Moment::at(arrival)
            } else {
                arrived
            };
            let done = arrival.plus(behind + work - dice.between(0, 900));
            Trip {
                technician: *technician,
                dispatched: arrival.plus(behind - dice.between(600, 2_400)),
                arrived,
                done: Moment::sprinkled(done, technician.unsigned_abs()),
                slip: match dice.below(10_000) {
                    0..=59 => Slip::Canceled,
                    60..=99 => Slip::Open,
                    100..=149 => Slip::Missing,
                    _ => Slip::None,
                },
            }
        })
        .collect();
    Visit {
        start,
        end: start.plus(if long { 14_400 } else { 7_200 }),
        window: Some(window),
        trips,
        unused: false,
    }
}
